using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Status;
using AspireKv.Storage;
using AspireKv.Storage.Failures;
using AspireKv.StorageNode.Partitions;
using AspireKv.Transport.Questions;

namespace AspireKv.StorageNode.Topology;

/// <summary>
/// Says how much each partition of this node holds, for whoever plans moves. It is counted on a thread that may wait for the disk, once for
/// all who ask meanwhile and for those of the next seconds. All members may be used from any thread.
/// </summary>
internal sealed class PartitionSizes(StorageEngine engine, HostedPartitions hosted, TimeProvider time)
    : IQuestionHandler<SizesRequest, SizesResponse>
{
    /// <summary>A plan tells about how much is copied; so old a count is good enough for that.</summary>
    internal static readonly TimeSpan Freshness = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();

    /// <summary>The count that began last; null where the disk could not be read. Guarded by <see cref="_gate"/>.</summary>
    private Task<IReadOnlyDictionary<int, PartitionSize>?>? _count;

    private long _begunAt;

    /// <summary>A node that cannot count says nothing, and the plan says that it is not known.</summary>
    public void OnAsked(Asked<SizesRequest, SizesResponse> asked) => _ = AnswerAsync(asked);

    /// <summary>By partition; null where the disk could not be read, or too much waits for it.</summary>
    public Task<IReadOnlyDictionary<int, PartitionSize>?> GetAsync()
    {
        lock (_gate)
        {
            // One that a disk holds up is waited for, however old: another would only wait behind it.
            if (_count is { IsCompleted: false } || (_count is { Result: not null } && time.GetElapsedTime(_begunAt) < Freshness))
            {
                return _count;
            }

            var count = new TaskCompletionSource<IReadOnlyDictionary<int, PartitionSize>?>(
                TaskCreationOptions.RunContinuationsAsynchronously);
            if (!engine.TryRead(() => count.SetResult(Count())))
            {
                return Task.FromResult<IReadOnlyDictionary<int, PartitionSize>?>(null);
            }

            _begunAt = time.GetTimestamp();
            return _count = count.Task;
        }
    }

    private async Task AnswerAsync(Asked<SizesRequest, SizesResponse> asked)
    {
        if (await GetAsync() is { } sizes)
        {
            asked.Answer(new SizesResponse(sizes));
        }
    }

    private Dictionary<int, PartitionSize>? Count()
    {
        try
        {
            return hosted.All.Select(static partition => partition.Partition).ToDictionary(partition => partition, engine.EstimateSize);
        }
        catch (Exception exception) when (exception is StorageDamagedException or StorageUnavailableException)
        {
            // The engine took note.
            return null;
        }
    }
}
