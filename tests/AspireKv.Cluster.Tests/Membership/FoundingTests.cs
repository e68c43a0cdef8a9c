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
        Members = members,
        Placement = [[.. members.Select(member => member.Id)]],
    };
}
