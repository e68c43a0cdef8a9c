using System.Diagnostics;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Topology;
using AspireKv.Storage;
using AspireKv.Storage.Failures;
using AspireKv.Transport.Contracts;

namespace AspireKv.StorageNode.Partitions;

/// <summary>
/// The requests to one partition that wait for the disk: one read serves all that wait for the same. Guarded by the lock of the <see
/// cref="PartitionHost"/>; the reads themselves run on the engine's readers, outside it.
/// </summary>
/// <param name="partition">The partition, from 0.</param>
/// <param name="engine">What reads.</param>
/// <param name="listedKeys">How many keys a page has.</param>
internal sealed class DeferredRequests(int partition, StorageEngine engine, int listedKeys)
{
    /// <summary>The reads that a further request may wait for.</summary>
    private readonly Dictionary<DiskItem, DeferredRead> _joinable = [];

    /// <summary>The reads under way that only those requests wait for that came before they began.</summary>
    private readonly List<DeferredRead> _closed = [];

    /// <summary>Told on the thread that reads, before it does; set once, by the host.</summary>
    public Action<DeferredRead> OnBegun { get; set; } = null!;

    /// <summary>Takes what was read, off the threads that brought the requests; set once, by the host.</summary>
    public Action<DeferredRead, DiskRead?> OnRead { get; set; } = null!;

    /// <summary>Puts a request off. False where too much waits for the disk already: whoever asks is to be told.</summary>
    public bool TryAdd(DeferredRequest deferred)
    {
        var item = DiskItem.Of(deferred.Request);
        if (_closed.Exists(begun => begun.Item == item && begun.TryReplace(deferred)))
        {
            return true;
        }

        if (_joinable.TryGetValue(item, out var waiting))
        {
            if (!waiting.TryReplace(deferred))
            {
                waiting.Requests.Add(deferred);
            }

            return true;
        }

        var read = new DeferredRead(item, deferred);
        var isQueued = engine.TryRead(() => Run(read));
        if (isQueued)
        {
            _joinable.Add(item, read);
        }

        return isQueued;
    }

    /// <summary>
    /// From now on the read sees what it sees. An entry lies under what memory holds when the request is judged, whenever it was read. A
    /// page, and the sums, are the answer as they are: they would lack a record that this replica placed, and acknowledged, before a later
    /// request came. So later requests wait for a read of their own.
    /// </summary>
    public void Begin(DeferredRead read)
    {
        if (read.Item.Kind != DiskItemKind.Entry && _joinable.Remove(read.Item))
        {
            _closed.Add(read);
        }
    }

    /// <summary>The requests that waited for this read, in the order in which they came.</summary>
    public List<DeferredRequest> Take(DeferredRead read)
    {
        if (!_closed.Remove(read))
        {
            _joinable.Remove(read.Item);
        }

        return read.Requests;
    }

    private void Run(DeferredRead read)
    {
        OnBegun(read);
        OnRead(read, Read(read.Item));
    }

    /// <summary>Null when the disk could not be read: the engine took note, and said so.</summary>
    private DiskRead? Read(DiskItem item)
    {
        try
        {
            return item.Kind switch
            {
                DiskItemKind.Page => new DiskRead(Page: engine.ListKeys(partition, item.Key, item.Buckets, listedKeys)),
                DiskItemKind.Sums => new DiskRead(Sums: engine.SumBuckets(partition)),
                _ => new DiskRead(Entry: engine.Fetch(partition, item.Key)),
            };
        }
        catch (Exception exception) when (exception is StorageUnavailableException or StorageDamagedException)
        {
            return null;
        }
    }
}

/// <summary>One read, queued or under way.</summary>
/// <param name="item">What is read.</param>
/// <param name="first">The request that it is made for.</param>
internal sealed class DeferredRead(DiskItem item, DeferredRequest first)
{
    public DiskItem Item => item;

    /// <summary>The requests that wait for the read, in the order in which they came.</summary>
    public List<DeferredRequest> Requests { get; } = [first];

    /// <summary>
    /// A request that was sent again waits once, for an answer on the connection that it last came on. True where it waited here already;
    /// what was placed before it first came is in the read.
    /// </summary>
    public bool TryReplace(DeferredRequest deferred)
    {
        var waited = Requests.RemoveAll(other => other.From == deferred.From && other.Request.Id == deferred.Request.Id) > 0;
        if (waited)
        {
            Requests.Add(deferred);
        }

        return waited;
    }
}

/// <summary>One request that waits for the disk.</summary>
/// <param name="From">The node that asked.</param>
/// <param name="Request">The request.</param>
/// <param name="Asking">Its connection; null for this node itself.</param>
/// <param name="Trace">The span that the request belongs to; default when none is sampled.</param>
internal sealed record DeferredRequest(NodeId From, PeerRequest Request, IPeerConnection? Asking, ActivityContext Trace);
