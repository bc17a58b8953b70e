"""The routes: one file for each thing that wallets, pages and people ask for."""
