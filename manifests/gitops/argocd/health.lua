-- How Argo CD reads the health of a CacheCluster, and of any other kind of cachecluster.dev with the conditions Ready,
-- Reconciling and Stalled. They are meant as kstatus means them, so Argo CD says what Flux says: in progress is
-- Progressing, failed is Degraded, current is Healthy.
--
-- Argo CD's words: Progressing resources "still have a chance to reach healthy state"; Degraded is a failure, or health that was
-- not reached in time (gitops-engine, pkg/health). A Degraded resource fails the sync wave that waits for it; a Progressing one
-- makes it wait.
--
-- * Reconciling=True is Progressing even while Ready=True: a roll-out that has begun is not done, and the next wave and
--   `argocd app wait --health` must not go on. Argo CD's own checks do so for cert-manager (Issuing comes before Ready), for
--   CloudNativePG ("Upgrading cluster", "Creating a new replica") and for a Deployment. Its check for Strimzi knows only Ready
--   and NotReady, and calls a Kafka healthy whose brokers have just begun to restart.
-- * Reconciling=True is Progressing while Ready=False, too: a new cache, or a failover, which takes seconds. Its check for
--   CloudNativePG calls a failover Degraded; that would fail a sync for something that mends itself.
-- * Stalled=True is Degraded even if the cache serves on: what was asked for will not come by waiting.
-- * Nothing is Suspended, since nothing in this API can be paused yet. Waiting for a person is no pause but a failure:
--   Suspended counts as better than Progressing.
--
-- Argo CD opens no string library for scripts of argocd-cm: none is needed here.

local function health(status, message)
  return { status = status, message = message }
end

if obj.metadata.deletionTimestamp ~= nil then
  local message = "is being deleted"
  if obj.metadata.finalizers ~= nil then
    message = message .. "; waits for " .. table.concat(obj.metadata.finalizers, ", ")
  end
  return health("Progressing", message)
end

if obj.status == nil or obj.status.conditions == nil then
  return health("Progressing", "the operator has not looked at it yet")
end

-- Not "older than" but "another than": after a restore the status may speak of a later generation than the object has.
if obj.status.observedGeneration ~= obj.metadata.generation then
  return health("Progressing", "the operator has not looked at the newest spec yet")
end

local conditions = {}
for _, condition in ipairs(obj.status.conditions) do
  conditions[condition.type] = condition
end

local function is(name, status)
  return conditions[name] ~= nil and conditions[name].status == status
end

if is("Stalled", "True") then
  return health("Degraded", conditions.Stalled.message)
end
if is("Reconciling", "True") then
  return health("Progressing", conditions.Reconciling.message)
end
if is("Ready", "True") then
  return health("Healthy", conditions.Ready.message)
end
-- Nobody works on it and nobody says why: as with cert-manager's, a promise that is not kept.
if is("Ready", "False") then
  return health("Degraded", conditions.Ready.message)
end
return health("Progressing", "nobody knows yet whether it is ready")
