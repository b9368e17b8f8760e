"""The provider behind Connexion, on a socket."""
