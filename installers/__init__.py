"""What makes GaitDesk run on a computer that has nothing but Python; standard library only."""
