using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Cluster.Tests.Versioning;

public sealed class EntryTests
{
    private static readonly Entry One = new()
    {
        Stamp = At(1),
        Revision = At(1),
        Value = "value"u8.ToArray(),
        ContentType = "text/plain",
        ExpiresAtUnixMilliseconds = 5,
    };

    public static TheoryData<Entry> Others => new(
        One with { Stamp = At(2) },
        One with { Revision = At(2) },
        One with { IsTombstone = true },
        One with { Value = "other"u8.ToArray() },
        One with { ContentType = null },
        One with { ExpiresAtUnixMilliseconds = null });

    [Fact]
    public void Equals_TheSameBytesElsewhere_IsEqual() => Assert.Equal(One, One with { Value = "value"u8.ToArray() });

    [Theory]
    [MemberData(nameof(Others))]
    public void Equals_OneThingDiffers_IsNotEqual(Entry other) => Assert.False(One.Equals(other));

    private static Stamp At(long sequence) => new(new Ballot(1, new NodeId(1)), sequence);
}
