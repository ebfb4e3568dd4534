/*
 * talk.h: what hostile.c and nuisance.c share: the conversations of one hostile node.
 */
#ifndef KITH_TESTS_SIM_TALK_H
#define KITH_TESTS_SIM_TALK_H

#include "protocol/bytes.h"
#include "protocol/session.h"
#include "tests/sim/hostile.h"

struct talk {
	struct talk *next;
	uint64_t conn;
	struct kith_session *session; /* NULL: deaf, or a call that is none */
	bool over;
};

struct sim_hostile {
	struct talk *talks;
	struct kith_rng hand;
};

/* hostile.c */
void sim_talk_say(
	struct sim_world *world, struct talk *talk, uint8_t type, const struct kith_buf *buf);
void sim_talk_write_tag(const struct talk *talk, uint8_t class_, struct kith_buf *out);
void sim_talk_write_chance(struct sim_node *node, size_t len, struct kith_buf *out);
void sim_talk_let_out(struct sim_world *world, struct talk *talk);

/* nuisance.c */
/* Asks for a reconciliation of sums that nobody has; answers one with such sums, or with ids. */
void sim_talk_ask(struct sim_world *world, struct sim_node *node, struct talk *talk);
void sim_talk_lie(
	struct sim_world *world, struct sim_node *node, struct talk *talk, struct kith_bytes heard);
/* Bytes that are no handshake, or none. */
void sim_talk_mumble(struct sim_world *world, struct sim_node *node, struct talk *talk);

#endif
