import fc from "fast-check";

// That a mutant fails is enough: no time is spent on making the failing case small.
fc.configureGlobal({ ...fc.readConfigureGlobal(), endOnFailure: true, seed: 20_260_926 });
