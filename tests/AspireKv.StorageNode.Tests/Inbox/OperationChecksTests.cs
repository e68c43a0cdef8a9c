using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Operations;
using AspireKv.StorageNode.Inbox;

namespace AspireKv.StorageNode.Tests.Inbox;

public sealed class OperationChecksTests
{
    [Fact]
    public void Put_WithinTheLimits_IsValid() => Assert.Equal(NotAppliedReason.None, FindFault(Put("default", "key"u8, 10)));

    [Fact]
    public void Put_ValueTooLong_IsRefusedForItsSize() =>
        Assert.Equal(NotAppliedReason.ValueTooLarge, FindFault(Put("default", "key"u8, 11)));

    [Fact]
    public void Get_WithAConditionOrAValue_IsInvalid()
    {
        var get = new ClientOperation { Kind = OperationKind.Get, Key = StoreKey.Create("default", "key"u8) };

        Assert.Equal(NotAppliedReason.None, FindFault(get));
        Assert.Equal(NotAppliedReason.Invalid, FindFault(get with { Condition = ConditionKind.Exists }));
        Assert.Equal(NotAppliedReason.Invalid, FindFault(get with { Value = new byte[1] }));
    }

    [Fact]
    public void RevisionCondition_WithoutRevisions_IsInvalid() =>
        Assert.Equal(
            NotAppliedReason.Invalid,
            FindFault(Put("default", "key"u8, 1) with { Condition = ConditionKind.RevisionIsOneOf }));

    private static NotAppliedReason FindFault(ClientOperation operation) => OperationChecks.FindFault(operation, maxValueBytes: 10);

    private static ClientOperation Put(string @namespace, ReadOnlySpan<byte> key, int valueBytes) =>
        new() { Kind = OperationKind.Put, Key = StoreKey.Create(@namespace, key), Value = new byte[valueBytes] };
}
