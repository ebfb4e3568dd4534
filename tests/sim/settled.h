/*
 * settled.h: what must hold once everything is healed: V8, V9 and V14 of check.h. Each second it is
 * looked whether all is well; then there is quiet, and the run ends.
 */
#ifndef KITH_TESTS_SIM_SETTLED_H
#define KITH_TESTS_SIM_SETTLED_H

#include "tests/sim/world.h"

void sim_audit_settled(struct sim_world *world);

#endif
