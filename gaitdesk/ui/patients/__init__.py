"""Children and their visits: finding one, and bringing in the films of a new one."""
