using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Tests.Membership;

public sealed class FoundingTests
{
    private static readonly NodeId[] Seeds = [new(1), new(2), new(3)];

    private int _founded;

    [Fact]
    public void Founder_OneSeedSilent_FoundsNothing()
    {
        var founder = Start(1);

        founder.OnResponse(new FoundingResponse(Named(2), null));

        Assert.Null(founder.ToStore);
    }

    [Fact]
    public void Founder_OldRequestsWithoutARecord_AreNoAnswers()
    {
        var founder = Start(1);

        founder.OnRequest(new FoundingRequest(Named(2), null));
        founder.OnRequest(new FoundingRequest(Named(3), null));

        Assert.Null(founder.ToStore);
    }

    [Fact]
    public void Founder_AllSeedsKnowNothing_FoundsWithTheirIncarnations()
    {
        var founder = Start(1);

        founder.OnResponse(new FoundingResponse(Named(2), null));
        founder.OnResponse(new FoundingResponse(Named(3), null));

        Assert.Equal([Named(1), Named(2), Named(3)], founder.ToStore!.Members);
        Assert.Null(founder.CreateRequest().Record);
        founder.OnStored();
        Assert.NotNull(founder.CreateRequest().Record);
    }

    [Fact]
    public void Founder_ASeedKnowsARecord_TakesIt()
    {
        var record = Record([Named(1, 77), Named(2), Named(3)]);
        var founder = Start(1);

        founder.OnResponse(new FoundingResponse(Named(2), null));
        founder.OnResponse(new FoundingResponse(Named(3), record));
        founder.OnStored();

        Assert.Same(record, founder.Record);
        Assert.Equal(0, _founded);
        Assert.False(founder.IsNamed);
    }

    [Fact]
    public void Seed_NotTheLowest_NeverFounds()
    {
        var seed = Start(2);

        seed.OnRequest(new FoundingRequest(Named(1), null));
        seed.OnResponse(new FoundingResponse(Named(3), null));

        Assert.Null(seed.ToStore);
    }

    [Fact]
    public void Holder_OffersTheRecordUntilAllHoldIt()
    {
        var record = Record([Named(1), Named(2), Named(3)]);
        var holder = Start(2, record);

        Assert.Equal([new NodeId(1), new NodeId(3)], holder.Outstanding);
        holder.OnResponse(new FoundingResponse(Named(1), record));
        Assert.Equal([new NodeId(3)], holder.Outstanding);
        holder.OnResponse(new FoundingResponse(Named(3), record));
        Assert.Empty(holder.Outstanding);
        Assert.True(holder.IsNamed);
    }

    /// <summary>A node that lost its disk is told of the founding again.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Holder_OneSaysThatItKnowsNothingAnyMore_OffersItTheRecordAgain(bool asRequest)
    {
        var record = Record([Named(1), Named(2), Named(3)]);
        var holder = Start(2, record);
        holder.OnResponse(new FoundingResponse(Named(1), record));
        holder.OnResponse(new FoundingResponse(Named(3), record));

        if (asRequest)
        {
            holder.OnRequest(new FoundingRequest(Named(3), null));
        }
        else
        {
            holder.OnResponse(new FoundingResponse(Named(3), null));
        }

        Assert.Equal([new NodeId(3)], holder.Outstanding);
    }

    [Fact]
    public void Holder_HearsOfAnotherFounding_KeepsItsOwn()
    {
        var record = Record([Named(1), Named(2), Named(3)]);
        var holder = Start(2, record);

        holder.OnRequest(new FoundingRequest(Named(1), record with { ClusterId = new Guid(9, 9, 9, [1, 2, 3, 4, 5, 6, 7, 8]) }));

        Assert.Null(holder.ToStore);
        Assert.Same(record, holder.Record);
        Assert.Contains(new NodeId(1), holder.Outstanding);
    }

    [Fact]
    public void SingleNode_FoundsAtOnce()
    {
        var only = new FoundingState(Named(1), [new NodeId(1)], null, Record);

        Assert.NotNull(only.ToStore);
    }

    [Fact]
    public void Forgetful_FoundsNothingAndDeniesNothing()
    {
        var only = new FoundingState(Named(1), [new NodeId(1)], null, Record, forgot: true);
        var seed = Start(2, forgot: true);

        Assert.Null(only.ToStore);
        Assert.Null(seed.CreateResponse());
        seed.OnRequest(new FoundingRequest(Named(1), Record([Named(1), Named(2), Named(3)])));
        seed.OnStored();
        Assert.NotNull(seed.CreateResponse()!.Record);
    }

    /// <summary>Five bytes of a varint hold 35 bits, and a ballot's round is to grow for ever.</summary>
    [Theory]
    [InlineData("00000000-0000-0000-0000-000000000000", 0)]
    [InlineData("ffffffff-ffff-ffff-0000-000000000000", (1L << 34) - 1)]
    [InlineData("00000080-0000-0000-0000-000000000000", 1L << 33)]
    public void FirstRound_IsTheFirst34BitsOfTheId(string id, long expected) =>
        Assert.Equal(expected, (Record([Named(1)]) with { ClusterId = Guid.Parse(id) }).FirstRound);

    [Fact]
    public void Find_OfANodeThatIsNoMember_FindsNone() => Assert.Null(Record([Named(1)]).Find(new NodeId(2)));

    private FoundingState Start(int node, FoundingRecord? stored = null, bool forgot = false) => new(
        Named(node),
        Seeds,
        stored,
        members =>
        {
            _founded++;
            return Record(members);
        },
        forgot);

    private static Member Named(int node, ulong incarnation = 10) => new(new NodeId(node), $"node{node}", incarnation + (ulong)node);

    private static FoundingRecord Record(IReadOnlyList<Member> members) => new()
    {
        ClusterId = new Guid(1, 2, 3, [4, 5, 6, 7, 8, 9, 10, 11]),
        PartitionCount = 1,
        ReplicationFactor = 3,
        VirtualNodes = 8,
        HashVersion = FoundingRecord.CurrentHashVersion,
        MaxValueBytes = 1024 * 1024,
        Members = members,
        Placement = [[.. members.Select(member => member.Id)]],
    };
}
