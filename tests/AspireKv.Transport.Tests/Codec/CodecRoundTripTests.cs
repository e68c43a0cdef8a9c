using System.Diagnostics;
using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Status;
using AspireKv.Cluster.Topology;
using AspireKv.Encoding;
using AspireKv.Encoding.Tests;
using AspireKv.Transport.Codec;
using AspireKv.Transport.Tests.Hosting;

namespace AspireKv.Transport.Tests.Codec;

public sealed class CodecRoundTripTests
{
    [Theory]
    [MemberData(nameof(RequestKinds))]
    public void PeerRequest_EveryKind_SurvivesTheRoundTrip(PeerRequestKind kind)
    {
        var request = Samples.Request(kind);
        ActivityContext trace = default;

        var decoded = WireMessages.Decode(
            WireMessages.Encode(writer => PeerRequestCodec.Write(writer, request, Samples.Trace)),
            (ref ByteReader reader) => PeerRequestCodec.Read(ref reader, out trace));

        Assert.Equal(request with { Config = null }, decoded with { Config = null });
        AssertEqual(request.Config!, decoded.Config!);
        Assert.Equal(Samples.Trace, trace);
    }

    [Theory]
    [MemberData(nameof(ResponseKinds))]
    public void PeerResponse_EveryKind_SurvivesTheRoundTrip(PeerResponseKind kind)
    {
        var response = Samples.Response(kind);

        var decoded = WireMessages.Decode(WireMessages.Encode(writer => PeerResponseCodec.Write(writer, response)), PeerResponseCodec.Read);

        Assert.Equal(
            response with { Config = null, Page = null, Sums = null }, decoded with { Config = null, Page = null, Sums = null });
        Assert.Equal(response.Page?.Keys, decoded.Page?.Keys);
        Assert.Equal(response.Page?.UpTo, decoded.Page?.UpTo);
        Assert.Equal(response.Sums?.Counts.ToArray(), decoded.Sums?.Counts.ToArray());
        Assert.Equal(response.Sums?.Sums.ToArray(), decoded.Sums?.Sums.ToArray());
        Assert.Equal(response.Config is null, decoded.Config is null);
        if (response.Config is not null)
        {
            AssertEqual(response.Config, decoded.Config!);
        }
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void Operation_EveryKindAndCondition_SurvivesTheRoundTrip(OperationKind kind, ConditionKind condition)
    {
        var request = Samples.Operation(kind, condition);

        var decoded = WireMessages.Decode(WireMessages.Encode(writer => OperationCodec.Write(writer, request)), OperationCodec.Read);

        Assert.Equal(request.AccessToken.ToArray(), decoded.AccessToken.ToArray());
        Assert.Equal(request.Operation.Value.ToArray(), decoded.Operation.Value.ToArray());
        Assert.Equal(request.Operation.Revisions, decoded.Operation.Revisions);
        var empty = request.Operation with { Value = default, Revisions = [] };
        Assert.Equal(
            request with { AccessToken = default, Operation = empty },
            decoded with { AccessToken = default, Operation = decoded.Operation with { Value = default, Revisions = empty.Revisions } });
    }

    [Theory]
    [MemberData(nameof(Results))]
    public void OperationResult_EveryOutcome_SurvivesTheRoundTrip(OperationOutcome outcome, NotAppliedReason reason)
    {
        var result = new OperationResult
        {
            Outcome = outcome,
            Reason = reason,
            Entry = outcome == OperationOutcome.Found ? SampleValues.Everything : null,
            Revision = outcome == OperationOutcome.Applied ? SampleValues.Stamp : default,
            Holder = new NodeId(65_535),
        };

        Assert.Equal(
            result,
            WireMessages.Decode(WireMessages.Encode(writer => OperationResultCodec.Write(writer, result)), OperationResultCodec.Read));
    }

    [Fact]
    public void Founding_RequestAndResponse_SurviveTheRoundTrip()
    {
        var sender = SampleValues.Founding.Members[0];

        var request = WireMessages.Decode(
            WireMessages.Encode(writer => FoundingCodec.Write(writer, new FoundingRequest(sender, null))), FoundingCodec.ReadRequest);
        var response = WireMessages.Decode(
            WireMessages.Encode(writer => FoundingCodec.Write(writer, new FoundingResponse(sender, SampleValues.Founding))),
            FoundingCodec.ReadResponse);

        Assert.Equal(new FoundingRequest(sender, null), request);
        Assert.Equal(sender, response.Responder);
        AssertEqual(SampleValues.Founding, response.Record!);
    }

    [Fact]
    public void Life_WithEverything_SurvivesTheRoundTrip()
    {
        var decoded = WireMessages.Decode(
            WireMessages.Encode(writer => LifeTidingsCodec.Write(writer, Samples.Life)), LifeTidingsCodec.Read);

        Assert.Equal((Samples.Life.Judged, Samples.Life.Verdict), (decoded.Judged, decoded.Verdict));
        Assert.Equal(Samples.Life.Claim with { Starts = [] }, decoded.Claim with { Starts = [] });
        Assert.Equal(Samples.Life.Claim.Starts, decoded.Claim.Starts);
        var known = Assert.Single(decoded.Known);
        Assert.Equal(Samples.Life.Known[0] with { Marks = [], Past = [] }, known with { Marks = [], Past = [] });
        Assert.Equal(Samples.Life.Known[0].Marks, known.Marks);
        Assert.Equal(Samples.Life.Known[0].Past, known.Past);
    }

    [Fact]
    public void Status_WithEverything_SurvivesTheRoundTrip()
    {
        var decoded = WireMessages.Decode(WireMessages.Encode(writer => StatusCodec.Write(writer, Samples.Status)), StatusCodec.Read);

        Assert.Equal(Samples.Status.Self, decoded.Self);
        Assert.Equal(Samples.Status.Peers, decoded.Peers);
        AssertEqual(SampleValues.Founding, decoded.Founding!);
        Assert.Equal(
            Samples.Status.Partitions.Select(partition => partition with { Config = null }),
            decoded.Partitions.Select(partition => partition with { Config = null }));
        AssertEqual(SampleValues.Config, decoded.Partitions[0].Config!);
        Assert.Null(decoded.Partitions[1].Config);
    }

    [Fact]
    public void Topology_SurvivesTheRoundTrip()
    {
        var topology = FoundingTopology.Of(SampleValues.Founding) with { Version = 300, Generation = 7 };

        var decoded = WireMessages.Decode(
            WireMessages.Encode(writer => TopologyMessagesCodec.Write(writer, new TopologyResponse(topology))),
            TopologyMessagesCodec.ReadTopologyResponse).Newer!;

        Assert.Equal((300, 7, topology.ClusterId), (decoded.Version, decoded.Generation, decoded.ClusterId));
        Assert.Equal(topology.Members, decoded.Members);
        Assert.Equal(
            topology.Partitions.Select(static partition => $"{partition.Config}"),
            decoded.Partitions.Select(static partition => $"{partition.Config}"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Registration_SurvivesTheRoundTrip(bool takesShare)
    {
        var request = new RegistrationRequest(SampleValues.Founding.Members[0], "10.0.0.4:7101", takesShare);

        Assert.Equal(request, WireMessages.Decode(
            WireMessages.Encode(writer => TopologyMessagesCodec.Write(writer, request)), TopologyMessagesCodec.ReadRegistrationRequest));
    }

    [Fact]
    public void Moves_SurviveTheRoundTrip() =>
        Assert.Equal(Samples.Moves, WireMessages.Decode(
            WireMessages.Encode(writer => TopologyMessagesCodec.Write(writer, new MovesResponse(Samples.Moves))),
            TopologyMessagesCodec.ReadMovesResponse).Moves);

    [Fact]
    public void Sizes_SurviveTheRoundTrip()
    {
        var sizes = new Dictionary<int, PartitionSize> { [200] = new(300, 70_000), [0] = new(0, 0) };

        Assert.Equal(sizes, WireMessages.Decode(
            WireMessages.Encode(writer => TopologyMessagesCodec.Write(writer, new SizesResponse(sizes))),
            TopologyMessagesCodec.ReadSizesResponse).Sizes);
    }

    [Fact]
    public void PlanRequest_SurvivesTheRoundTrip() =>
        Assert.Equal(
            Samples.Wishes.Select(static wish => $"{wish}"),
            WireMessages.Decode(
                WireMessages.Encode(static writer => PlanCodec.Write(writer, new PlanRequest(Samples.Wishes))), PlanCodec.ReadRequest)
                .Wishes.Select(static wish => $"{wish}"));

    [Fact]
    public void Plan_SurvivesTheRoundTrip()
    {
        var plan = Samples.Plan;

        var decoded = DecodePlan(new PlanOutcome(plan, null)).Plan!;

        Assert.Equal(
            (plan.Id, plan.Generation, plan.ReplicationFactor), (decoded.Id, decoded.Generation, decoded.ReplicationFactor));
        Assert.Equal(plan.States, decoded.States);
        Assert.Equal(plan.Targets, decoded.Targets);
        Assert.Equivalent(plan.Moves, decoded.Moves, strict: true);
        Assert.Equal(plan.Shares, decoded.Shares);
        Assert.Equal(plan.Warnings, decoded.Warnings);
    }

    [Fact]
    public void PlanRefusal_SurvivesTheRoundTrip()
    {
        var outcome = new PlanOutcome(null, new TopologyRefusal("twin", "two"));

        Assert.Equal(outcome, DecodePlan(outcome));
    }

    [Fact]
    public void Orders_SurviveTheRoundTrip() =>
        Assert.All(Samples.Orders, static order => Assert.Equivalent(
            order,
            WireMessages.Decode(WireMessages.Encode(writer => OrderCodec.Write(writer, order)), OrderCodec.ReadOrder),
            strict: true));

    [Theory]
    [InlineData(OrderOutcome.Done, null)]
    [InlineData(OrderOutcome.Nothing, null)]
    [InlineData(OrderOutcome.Refused, "twin")]
    [InlineData(OrderOutcome.Unavailable, null)]
    [InlineData(OrderOutcome.Unknown, null)]
    public void OrderResult_SurvivesTheRoundTrip(OrderOutcome outcome, string? code)
    {
        var result = new OrderResult(outcome, 300, 7, code is null ? null : new TopologyRefusal(code, "why"));

        Assert.Equal(result, WireMessages.Decode(
            WireMessages.Encode(writer => OrderCodec.Write(writer, result)), OrderCodec.ReadResult));
    }

    [Fact]
    public void Tombstones_SurviveTheRoundTrip()
    {
        var decoded = WireMessages.Decode(
            WireMessages.Encode(writer => TombstoneCodec.Write(writer, Samples.Tombstones)), TombstoneCodec.Read);

        Assert.Equal(Samples.Tombstones with { Holds = [] }, decoded with { Holds = [] });
        Assert.Equal(Samples.Tombstones.Holds, decoded.Holds);
    }

    /// <summary>Nobody waits for so long, and a clock that errs must not cost the stream.</summary>
    [Fact]
    public void Tombstones_OfAnAgeOutOfBounds_AreToldAtTheBound()
    {
        var status = Samples.Tombstones with
        {
            Holds = [Samples.Tombstones.Holds[0] with { HeldFor = TimeSpan.MaxValue, OldestFor = TimeSpan.FromSeconds(-1) }],
        };

        var decoded = WireMessages.Decode(WireMessages.Encode(writer => TombstoneCodec.Write(writer, status)), TombstoneCodec.Read);

        Assert.Equal((WireLimits.MaxAge, TimeSpan.Zero), (decoded.Holds[0].HeldFor, decoded.Holds[0].OldestFor));
    }

    public static TheoryData<PeerRequestKind> RequestKinds() => [.. Enum.GetValues<PeerRequestKind>()];

    public static TheoryData<PeerResponseKind> ResponseKinds() => [.. Enum.GetValues<PeerResponseKind>()];

    public static TheoryData<OperationKind, ConditionKind> Operations()
    {
        var data = new TheoryData<OperationKind, ConditionKind>();
        foreach (var kind in Enum.GetValues<OperationKind>())
        {
            foreach (var condition in Enum.GetValues<ConditionKind>())
            {
                data.Add(kind, condition);
            }
        }

        return data;
    }

    public static TheoryData<OperationOutcome, NotAppliedReason> Results()
    {
        var data = new TheoryData<OperationOutcome, NotAppliedReason>();
        foreach (var outcome in Enum.GetValues<OperationOutcome>())
        {
            data.Add(outcome, NotAppliedReason.None);
        }

        foreach (var reason in Enum.GetValues<NotAppliedReason>())
        {
            data.Add(OperationOutcome.NotApplied, reason);
        }

        return data;
    }

    private static void AssertEqual(PartitionConfig expected, PartitionConfig actual)
    {
        Assert.Equal(expected.ToString(), actual.ToString());
        Assert.All(expected.Voters, node => Assert.Equal(expected.GrantOf(node), actual.GrantOf(node)));
    }

    private static void AssertEqual(FoundingRecord expected, FoundingRecord actual)
    {
        Assert.Equal(expected.Members, actual.Members);
        Assert.Equal(expected.Placement, actual.Placement);
        Assert.Equal(expected, actual with { Members = expected.Members, Placement = expected.Placement });
    }

    private static PlanOutcome DecodePlan(PlanOutcome outcome) =>
        WireMessages.Decode(WireMessages.Encode(writer => PlanCodec.Write(writer, outcome)), PlanCodec.ReadOutcome);
}
