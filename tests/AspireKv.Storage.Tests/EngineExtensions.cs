using System.Runtime.CompilerServices;
using AspireKv.Cluster.Replicas;
using AspireKv.Storage.Failures;

namespace AspireKv.Storage.Tests;

internal static class EngineExtensions
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly ConditionalWeakTable<StorageEngine, TestObserver> Observers = [];

    /// <summary>Opens the engine with an observer that <see cref="Observer"/> returns.</summary>
    public static StorageEngine Open(Func<TestObserver, StorageEngine> open)
    {
        var observer = new TestObserver();
        var engine = open(observer);
        Observers.Add(engine, observer);
        return engine;
    }

    /// <summary>The observer that the engine was opened with.</summary>
    public static TestObserver Observer(this StorageEngine engine) =>
        Observers.TryGetValue(engine, out var observer)
            ? observer
            : throw new InvalidOperationException("The engine has no test observer.");

    /// <summary>Appends and waits until the engine said that the record is durable.</summary>
    public static long AppendDurably(this StorageEngine engine, ReplicaRecord record)
    {
        var position = engine.Append(record);
        Assert.True(engine.Observer().Wait(position, Patience), $"position {position} did not become durable");
        return engine.DurablePosition >= position
            ? position
            : throw new StorageUnavailableException("the write-ahead log failed", engine.Failure!);
    }
}
