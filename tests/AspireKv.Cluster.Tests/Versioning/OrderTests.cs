using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Ring;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Cluster.Tests.Versioning;

/// <summary>The operators of what is ordered say what the order says.</summary>
public sealed class OrderTests
{
    [Fact]
    public void Ballot_IsOrderedByRoundAndThenByNode()
    {
        Ballot[] ballots = [new(1, new NodeId(3)), new(2, new NodeId(1)), new(2, new NodeId(2)), new(3, new NodeId(1))];

        AssertOrder(ballots, (a, b) => (a < b, a <= b, a > b, a >= b));
    }

    [Fact]
    public void Stamp_IsOrderedByBallotAndThenBySequence()
    {
        Stamp[] stamps = [At(1, 9), At(2, 1), At(2, 2), At(3, 0)];

        AssertOrder(stamps, (a, b) => (a < b, a <= b, a > b, a >= b));
    }

    [Fact]
    public void Token_IsOrderedByItsPosition()
    {
        Token[] tokens = [new(0), new(1), new(1UL << 63), new(ulong.MaxValue)];

        AssertOrder(tokens, (a, b) => (a < b, a <= b, a > b, a >= b));
    }

    [Fact]
    public void Key_IsOrderedByItsBytes()
    {
        StoreKey[] keys = [KeyOf("a", "b"), KeyOf("a", "ba"), KeyOf("a", "c"), KeyOf("b", "a")];

        AssertOrder(keys, (a, b) => (a < b, a <= b, a > b, a >= b));
        Assert.True(keys[0] != keys[1]);
        Assert.False(keys[0] != KeyOf("a", "b"));
    }

    private static StoreKey KeyOf(string space, string key) => StoreKey.Create(space, System.Text.Encoding.UTF8.GetBytes(key));

    private static Stamp At(long round, long sequence) => new(new Ballot(round, new NodeId(1)), sequence);

    private static void AssertOrder<T>(T[] ascending, Func<T, T, (bool Less, bool NotMore, bool More, bool NotLess)> compare)
    {
        for (var i = 0; i < ascending.Length; i++)
        {
            for (var j = 0; j < ascending.Length; j++)
            {
                Assert.Equal((i < j, i <= j, i > j, i >= j), compare(ascending[i], ascending[j]));
            }
        }
    }
}
