using System.Diagnostics;
using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Topology;
using AspireKv.Storage;
using AspireKv.Storage.Failures;
using AspireKv.Transport.Contracts;

namespace AspireKv.StorageNode.Partitions;

/// <summary>
/// The requests to one partition that wait for the disk: one read a key serves all that wait for it. Guarded by the lock of the <see
/// cref="PartitionHost"/>; the reads themselves run on the engine's readers, outside it.
/// </summary>
/// <param name="partition">The partition, from 0.</param>
/// <param name="engine">What reads.</param>
/// <param name="listedKeys">How many keys a page has.</param>
internal sealed class DeferredRequests(int partition, StorageEngine engine, int listedKeys)
{
    private readonly Dictionary<(StoreKey Key, bool IsPage), List<DeferredRequest>> _waiting = [];

    /// <summary>Takes what was read, off the threads that brought the requests; set once, by the host.</summary>
    public Action<(StoreKey Key, bool IsPage), DiskRead?> OnRead { get; set; } = null!;

    /// <summary>Puts a request off. False where too much waits for the disk already: whoever asks is to be told.</summary>
    public bool TryAdd(DeferredRequest deferred)
    {
        var what = (deferred.Request.Key, IsPage: deferred.Request.Kind == PeerRequestKind.List);
        if (_waiting.TryGetValue(what, out var waiting))
        {
            // A request that was sent again waits once, for an answer on the connection that it last came on.
            waiting.RemoveAll(other => other.From == deferred.From && other.Request.Id == deferred.Request.Id);
            waiting.Add(deferred);
            return true;
        }

        var isQueued = engine.TryRead(() => OnRead(what, Read(what.Key, what.IsPage)));
        if (isQueued)
        {
            _waiting.Add(what, [deferred]);
        }

        return isQueued;
    }

    /// <summary>The requests that waited for this read, in the order in which they came.</summary>
    public List<DeferredRequest> Take((StoreKey Key, bool IsPage) what) => _waiting.Remove(what, out var waiting) ? waiting : [];

    /// <summary>Null when the disk could not be read: the engine took note, and said so.</summary>
    private DiskRead? Read(StoreKey key, bool isPage)
    {
        try
        {
            return isPage
                ? new DiskRead(null, engine.ListKeys(partition, key, listedKeys))
                : new DiskRead(engine.Fetch(partition, key), null);
        }
        catch (Exception exception) when (exception is StorageUnavailableException or StorageDamagedException)
        {
            return null;
        }
    }
}

/// <summary>One request that waits for the disk.</summary>
/// <param name="From">The node that asked.</param>
/// <param name="Request">The request.</param>
/// <param name="Asking">Its connection; null for this node itself.</param>
/// <param name="Trace">The span that the request belongs to; default when none is sampled.</param>
internal sealed record DeferredRequest(NodeId From, PeerRequest Request, IPeerConnection? Asking, ActivityContext Trace);
