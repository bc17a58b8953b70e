-- Solution 1: alert system for collisions. As in the seed; it tells how many there are.
SELECT alert_on_collisions() AS found;
