/*
 * follow.h: telling a client of records as they are stored, from a cursor on, none left out, none
 * twice.
 *
 * A follower is nothing but a position in the order of arrival. When something newer is on disk and
 * the client has room, the next few records are read from the store, behind the last that was told;
 * so a slow client costs no memory and loses nothing, and one that comes back with the cursor of
 * its last line goes on from there.
 */
#ifndef KITH_NODE_API_FOLLOW_H
#define KITH_NODE_API_FOLLOW_H

#include <stdint.h>

#include "keys/error.h"

struct kith_api;
struct kith_client;
struct kith_follow;

/* Begins behind `cursor`; kind 0: all. KITH_E_TOO_LARGE: too many followers; KITH_E_NOMEM. */
KITH_MUST_CHECK int kith_follow_begin(struct kith_client *client, uint64_t cursor, uint32_t kind);
/* Ends it; the client has none then. Returns the cursor to go on from. */
uint64_t kith_follow_end(struct kith_follow *follow);

/* Reads on if there is something and the client has room. */
void kith_follow_pump(struct kith_follow *follow);
/* Pumps all: something was stored. */
void kith_follow_pump_all(struct kith_api *api);

#endif
