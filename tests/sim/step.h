/* step.h: the steps of a plan, carried out. */
#ifndef KITH_TESTS_SIM_STEP_H
#define KITH_TESTS_SIM_STEP_H

#include "tests/sim/world.h"

/* Plans the beginning and the end of every step, and the moment when all is healed. */
void sim_steps_begin(struct sim_world *world);

#endif
