"""A model of the whole program in plain Python, walked at random beside the real one, compared after every step.

`state.py` is what there is: lamports, and for each address what its account holds, as the client's own dataclasses.
`machine.py` sends a `Call` to the program and applies it to the model, and compares *everything*: each lamport of each
address that either has named, each account's owner, size and content, and what the events have told. One file of rules
for each family of instructions says what a call should do; `test_model.py` puts the families together and counts.

To add an instruction:

1. a rule in a family's file, or a new file with a class derived from `Machine`: draw who, which object and how much
   (`people.py`), and `self.attempt(Call(name, instructions, against, effect), by=who)`;
   - `against`: the reasons for which it must be refused, each with whether it holds now. It must be refused if any
     does, for one that does. What nobody can afford, or leaves an account below its rent, the machine adds itself;
   - `effect(model)`: what it does where nothing is against it: `move`, `create`/`top_up`, and `put` of the accounts'
     new contents. It works on a copy, so it may fail halfway.
   What takes several calls in a row to come about, and rarely does by chance, is a rule that calls others
   (`PromotionRules.rivals`, `SaleRules.buy_on_old_terms`);
2. a new class among the bases of `test_model.Program`, whose test then asks that every rule has succeeded once and, by
   night, that every error of the IDL was met but those OUT_OF_REACH. A rule that is about the setting, or finds
   nothing to act on most of the time, goes into `Program.setting` or `Program.needs`: then it comes less often.

`titles.py` says whose a promoted object is by what was shown, from docs/decisions/0013-promotions.md. Two more things
must agree with the model after each call: the SDK's own answer to who owns what (`plings.proofs.Ownership`), and, where
nothing can be shown against a promotion any more, its owner with that answer.

A new type of account needs nothing but its dataclass in `plings.program.accounts`: contents are compared by
`type(content).decode`. Leaves come from events by `plings.program.leaves.leaf_of`; a new kind of leaf is told there.
"""
