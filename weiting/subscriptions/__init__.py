"""Who asked to be sent what is published: readers by e-mail, programs by WebSub."""
