using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Operations;
using AspireKv.StorageNode.Inbox;
using AspireKv.StorageNode.Partitions;
using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode.Tests.Inbox;

public sealed class OperationChecksTests
{
    private readonly OperationChecks _checks = new(Options.Create(new CoordinationOptions { MaxValueBytes = 10 }));

    [Fact]
    public void Put_WithinTheLimits_IsValid() => Assert.True(_checks.IsValid(Put("default", "key"u8, 10)));

    [Fact]
    public void Put_ValueTooLong_IsInvalid() => Assert.False(_checks.IsValid(Put("default", "key"u8, 11)));

    [Fact]
    public void Get_WithAConditionOrAValue_IsInvalid()
    {
        var get = new ClientOperation { Kind = OperationKind.Get, Key = StoreKey.Create("default", "key"u8) };

        Assert.True(_checks.IsValid(get));
        Assert.False(_checks.IsValid(get with { Condition = ConditionKind.Exists }));
        Assert.False(_checks.IsValid(get with { Value = new byte[1] }));
    }

    [Fact]
    public void RevisionCondition_WithoutRevisions_IsInvalid() =>
        Assert.False(_checks.IsValid(Put("default", "key"u8, 1) with { Condition = ConditionKind.RevisionIsOneOf }));

    private static ClientOperation Put(string @namespace, ReadOnlySpan<byte> key, int valueBytes) =>
        new() { Kind = OperationKind.Put, Key = StoreKey.Create(@namespace, key), Value = new byte[valueBytes] };
}
