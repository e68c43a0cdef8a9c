using System.Diagnostics.Metrics;
using AspireKv.StorageNode.Identity;
using AspireKv.StorageNode.Telemetry;
using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode.Housekeeping;

/// <summary>How many marks of deleted keys wait to be removed, how many were, and which nodes hold them back.</summary>
internal sealed class TombstoneMetrics
{
    private long _purged;

    public TombstoneMetrics(IMeterFactory meters, TombstoneCount count, LocalNode self, IOptions<ClusterOptions> cluster)
    {
        var meter = meters.CreateNodeMeter();
        meter.CreateObservableCounter(
            "aspirekv.tombstones.purged",
            () => Interlocked.Read(ref _purged),
            "{tombstone}",
            "Marks of deleted keys that this node, as coordinator, had every replica remove.");
        meter.CreateObservableGauge(
            "aspirekv.tombstones",
            () => count.Last.Tombstones,
            "{tombstone}",
            "Marks of deleted keys in the partitions that this node coordinates; counted once in Tombstones:PurgeInterval.");
        meter.CreateObservableGauge(
            "aspirekv.tombstones.held",
            () => count.Last.Held,
            "{tombstone}",
            "Those of them that cannot go, since a replica of their partition does not answer or is not rebuilt yet.");
        meter.CreateObservableGauge(
            "aspirekv.tombstones.held_by",
            () => HeldBy(count, self, cluster.Value),
            "{tombstone}",
            "Those that one node holds back, by `node`; where two nodes hold back the same ones, each counts them.");
        meter.CreateObservableGauge(
            "aspirekv.tombstones.held.age.max",
            () => count.Last.Holds.Select(static hold => hold.OldestFor.TotalSeconds).DefaultIfEmpty().Max(),
            "s",
            "For how long at most the first of those that cannot go has been held back; 0 where all can.");
    }

    /// <summary>Counts tombstones that every replica dropped.</summary>
    public void Purged(int count) => Interlocked.Add(ref _purged, count);

    /// <summary>Every other member, whatever it holds back: a series that ended would look as if it stood still.</summary>
    private static IEnumerable<Measurement<long>> HeldBy(TombstoneCount count, LocalNode self, ClusterOptions cluster)
    {
        var holds = count.Last.Holds;
        return cluster.OrderedMembers.Where(member => member.Key != self.Id).Select(member => new Measurement<long>(
            holds.Where(hold => hold.Node == member.Key).Sum(static hold => hold.Tombstones),
            new KeyValuePair<string, object?>("node", member.Value)));
    }
}
