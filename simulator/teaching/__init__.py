"""Teaching: Exchange in, Remarks out."""
