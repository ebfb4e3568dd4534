/*
 * net.h: connections between nodes: two ordered byte streams each, with latency, bandwidth, a
 * window, and everything that can happen to a stream.
 *
 * Within a stream nothing is lost, doubled or reordered; that is what TCP is for. What a partition
 * holds up leaves when it ends. A machine that lost its power says nothing; its partner finds out
 * by its own means, or by the reset with which the machine, once up again, answers to bytes of a
 * connection that it does not know.
 */
#ifndef KITH_TESTS_SIM_NET_H
#define KITH_TESTS_SIM_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/sim/rng.h"

struct sim_world;

struct sim_packet {
	struct sim_packet *next;
	uint8_t *data;
	size_t len, at;   /* at: how much has left, of what waits to be sent */
	uint64_t sent_us; /* when the sender's core handed it over */
	bool end;         /* the stream ends here; no data */
};

struct sim_packets {
	struct sim_packet *first, *last;
	size_t bytes;
};

/* One direction: from sides[s] to sides[1 - s]. */
struct sim_pipe {
	struct sim_packets unsent, flying, arrived;
	bool busy; /* a packet is on its way out */
	bool end_wanted, end_sent;
	uint64_t last_arrival_us;
	unsigned flips;         /* to be made */
	uint64_t tampered_us;   /* flipped bytes were handed over; 0: none */
	uint64_t heard_sent_us; /* sent_us of the newest byte handed over */
};

struct sim_side {
	uint32_t node, life;
	bool open; /* its core knows the connection */
	bool reading;
	bool resting;       /* a slow reader digests */
	uint64_t closed_us; /* when it ceased to be open */
	uint64_t heard_us;  /* when it last read something, or began to read again */
	uint64_t in_hand;   /* bytes that came by it and are being checked or stored */
};

struct sim_link {
	struct sim_side sides[2]; /* 0 dialled */
	struct sim_pipe pipes[2];
	uint64_t latency_us, bytes_per_s;
	unsigned events; /* planned, of this link */
	struct sim_rng rng;
};

struct sim_net {
	struct sim_link **links; /* NULL: gone */
	size_t count, room;
	unsigned *cut; /* [from * nodes + to]: how many faults hold this way shut */
};

/* packet.c */
struct sim_packet *sim_packet_new(uint8_t *data_take, size_t len, uint64_t sent_us);
void sim_packet_free(struct sim_packet *packet);
void sim_packets_put(struct sim_packets *packets, struct sim_packet *packet);
struct sim_packet *sim_packets_take(struct sim_packets *packets);
void sim_packets_clear(struct sim_packets *packets);

void sim_net_init(struct sim_world *world);
void sim_net_clear(struct sim_world *world);

/* The link of a connection's number, or NULL, and which side of it. */
struct sim_link *sim_net_link(const struct sim_world *world, uint64_t conn, int *side);
/* The node at the other end. */
uint32_t sim_net_other(const struct sim_world *world, uint64_t conn);

/* For call.c: a new link, whose index is returned; whether a way is shut; a side that is to hear
 * that its connection broke, if the news can reach it. */
size_t sim_net_add_take(struct sim_world *world, struct sim_link *link);
bool sim_net_is_cut(const struct sim_world *world, uint32_t from, uint32_t to);
void sim_net_hang_up(struct sim_world *world, size_t i, int side);

void sim_net_dial(struct sim_world *world, uint32_t from, uint32_t to, uint64_t dial);
void sim_net_send_take(struct sim_world *world, uint64_t conn, uint8_t *data, size_t len);
void sim_net_read(struct sim_world *world, uint64_t conn, bool on);
void sim_net_close(struct sim_world *world, uint64_t conn);

/* The node is gone; loud: its system closes the sockets. */
void sim_net_node_down(struct sim_world *world, uint32_t node, bool loud);
void sim_net_cut(struct sim_world *world, uint32_t from, uint32_t to, bool on);
void sim_net_reset(struct sim_world *world, uint32_t a, uint32_t b);
void sim_net_flip(struct sim_world *world, uint32_t from, uint32_t to);

#endif
