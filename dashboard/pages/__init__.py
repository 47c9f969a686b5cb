"""One file a page: state -> queries -> figure panels, as a component tree that server and browser both draw."""
