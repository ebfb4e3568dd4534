/*
 * plan.h: what a run consists of: who is there, who is whose partner, and a schedule of timed
 * steps.
 *
 * All of it follows from the seed and the options. A step stands for itself: it says when a fault
 * begins and for how long, and is over by heal_ms. So any of them can be left out and the rest
 * still makes sense, which is how a failing schedule is shrunk.
 */
#ifndef KITH_TESTS_SIM_PLAN_H
#define KITH_TESTS_SIM_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define SIM_NODES_MAX 64
#define SIM_KEPT      4 /* records of the pool that each node may publish at the end */

enum sim_temper {
	SIM_HONEST,
	/* real cores with a disk that lies */
	SIM_FORGER,     /* flips a bit in what it passes on */
	SIM_WITHHOLDER, /* says that it has not got what it is asked for */
	/* hand-made partners, see hostile.c */
	SIM_DEAF,    /* takes the connection and never sends a byte */
	SIM_MUTE,    /* shakes hands and falls silent */
	SIM_SILENT,  /* names its circles, too, and falls silent */
	SIM_BOASTER, /* claims to know more records than there are atoms, delivers none */
	SIM_BABBLER, /* sends messages made up by chance */
	SIM_TEASER,  /* announces to all what it hears of, delivers none */
	SIM_LIAR,    /* answers with wrong sums, calls too, and reconciles without end */
	SIM_FLOODER, /* sends far too many messages, and may not read the answers */
	SIM_CALLER,  /* opens connection after connection and says little or nothing */
	SIM_CROWD,   /* pushes records of ever new authors, all of them well signed */
	SIM_TEMPERS
};

enum sim_step_kind {
	SIM_STEP_PUBLISH,       /* a: node, n: records, first: which of the pool */
	SIM_STEP_STOP,          /* a: says Bye, is away for a time, and comes back */
	SIM_STEP_KILL,          /* a: loses what was not stored; the system closes its sockets */
	SIM_STEP_POWER,         /* a: loses what was not committed; nobody is told */
	SIM_STEP_KILL_AT_STORE, /* a: as KILL, when the next store is done and not yet told */
	SIM_STEP_RESTORE,   /* a: killed, comes back with the first n thousandths of its store */
	SIM_STEP_CUT,       /* a to b: no byte passes */
	SIM_STEP_SPLIT,     /* n: mask of nodes; no byte passes between them and the rest */
	SIM_STEP_RESET,     /* a, b: their connection breaks */
	SIM_STEP_FLIP,      /* a to b: one bit of what is under way turns over */
	SIM_STEP_SLOW,      /* a: reads n bytes a second */
	SIM_STEP_DISK_FULL, /* a: every write fails, after the next n */
	SIM_STEP_DISK_IO,   /* a: every read and write fails, after the next n writes */
	SIM_STEP_DISK_SLOW, /* a: a read or write takes n ms */
	SIM_STEP_CLOCK,     /* a: the wall clock goes wrong by n seconds (signed), for a time */
	SIM_STEP_PAUSE,     /* a: pauses its partner b */
	SIM_STEP_NOMEM,     /* a: of ten thousand allocations of its core n fail */
	SIM_STEP_KINDS
};

struct sim_step {
	enum sim_step_kind kind;
	uint64_t at_ms, for_ms;
	uint32_t a, b;
	int64_t n;
	uint32_t first;
	unsigned number; /* in the schedule as it was generated */
};

/* Beside the commons: closed circles, which some nodes take part in. */
#define SIM_CIRCLES 3

struct sim_edge {
	uint32_t a, b;
	bool a_calls, b_calls; /* one at least */
	uint32_t latency_us;
	uint32_t bytes_per_s;
};

struct sim_options {
	uint64_t seed;
	uint32_t nodes;   /* 0: by the seed, 3 to 8 */
	uint32_t records; /* there from the start; 0: by the seed */
	double hours;     /* of faults; 0: by the seed, some minutes */
	const char *only; /* names of the faults to draw from, separated by commas; NULL: all */
	const char *keep; /* numbers of the steps to keep, separated by commas; NULL: all */
	bool verbose;
};

struct sim_plan {
	struct sim_options options;
	uint32_t node_count;
	enum sim_temper tempers[SIM_NODES_MAX];
	unsigned
		preload_percent[SIM_NODES_MAX]; /* how much of the first records each begins with */
	bool member[SIM_NODES_MAX][SIM_CIRCLES]; /* of the commons all */
	uint32_t preload; /* records of the pool that are there from the start, somewhere */
	uint32_t pool_count;
	bool large;                  /* and are large, but few */
	bool hollow;                 /* the records of the pool are not signed */
	uint32_t reconcile_every_ms; /* 0: the core's own */
	uint32_t pull_window_bytes;  /* 0: the core's own */
	struct sim_edge *edges;
	size_t edge_count;
	struct sim_step *steps;
	size_t step_count;
	uint64_t heal_ms; /* all faults are over */
	bool hostile;     /* somebody is */
	bool absent;      /* and is left out, to see how the others do without */
	bool calm;        /* nothing else is wrong */
	bool rarely;      /* reconciliation is too rare to help: all must come right without it */
	bool ahead;       /* records that claim a time too far ahead take part */
};

void sim_plan_init(struct sim_plan *plan, const struct sim_options *options);
void sim_plan_clear(struct sim_plan *plan);
/* The n-th record that is kept for the end of a run, for a node. */
static inline uint32_t sim_plan_kept(const struct sim_plan *plan, uint32_t node, uint32_t n)
{
	return plan->pool_count - 1 - node * SIM_KEPT - n;
}
/* The same with only some steps: keep has step_count entries. */
void sim_plan_subset(const struct sim_plan *plan, const bool *keep, struct sim_plan *out);
void sim_plan_print(const struct sim_plan *plan, FILE *out);
void sim_step_print(const struct sim_step *step, FILE *out);
const char *sim_temper_name(enum sim_temper temper);

#endif
