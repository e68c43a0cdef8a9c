using AspireKv.Cluster.Replicas;
using AspireKv.Storage.Failures;

namespace AspireKv.Storage.Tests;

internal static class EngineExtensions
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Appends and waits until the record is durable.</summary>
    public static long AppendDurably(this StorageEngine engine, ReplicaRecord record)
    {
        using var durable = new ManualResetEventSlim();
        var position = long.MaxValue;
        engine.OnDurable = reached =>
        {
            if (reached >= Volatile.Read(ref position))
            {
                durable.Set();
            }
        };
        engine.OnFailure = _ => durable.Set();
        Volatile.Write(ref position, engine.Append(record));
        if (engine.DurablePosition < position && engine.Failure is null)
        {
            Assert.True(durable.Wait(Patience), $"position {position} did not become durable");
        }

        engine.OnDurable = null;
        engine.OnFailure = null;
        if (engine.DurablePosition < position)
        {
            throw new StorageUnavailableException("the log failed", engine.Failure!);
        }

        return position;
    }
}
