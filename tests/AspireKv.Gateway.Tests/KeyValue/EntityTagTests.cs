using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Topology;
using AspireKv.Cluster.Versioning;
using AspireKv.Gateway.KeyValue;
using CsCheck;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace AspireKv.Gateway.Tests.KeyValue;

public sealed class EntityTagTests
{
    private static readonly Stamp One = new(new Ballot(1, new NodeId(2)), 3);
    private static readonly Stamp Two = new(new Ballot(4, new NodeId(5)), 6);

    [Fact]
    public void TryParse_AnyFormattedRevision_RoundTrips()
    {
        Gen.Select(Gen.Long[0, long.MaxValue], Gen.Int[0, NodeId.MaxValue], Gen.Long[0, long.MaxValue]).Sample((round, node, sequence) =>
        {
            var revision = new Stamp(new Ballot(round, new NodeId(node)), sequence);
            var tag = EntityTag.Format(revision);
            Assert.True(EntityTag.TryParse(tag.AsSpan()[1..^1], out var read));
            Assert.Equal(revision, read);
        });
    }

    [Theory]
    [InlineData("")]
    [InlineData("1.2")]
    [InlineData("1.2.3.4")]
    [InlineData("01.2.3")]
    [InlineData("1.2.03")]
    [InlineData("+1.2.3")]
    [InlineData("-1.2.3")]
    [InlineData(" 1.2.3")]
    [InlineData("1.65536.3")]
    [InlineData("1.2.9223372036854775808")]
    [InlineData("abc")]
    public void TryParse_NeverGivenOut_IsNoRevision(string opaque)
    {
        Assert.False(EntityTag.TryParse(opaque, out _));
    }

    [Theory]
    [InlineData("\"1.2.3\"", 1, 1)]
    [InlineData("W/\"1.2.3\"", 0, 1)]
    [InlineData("\"1.2.3\", \"4.5.6\"", 2, 2)]
    [InlineData(" \"1.2.3\" ,W/\"4.5.6\", ", 1, 2)]
    [InlineData("\"of,another,store\", \"4.5.6\"", 1, 1)]
    [InlineData("\"\"", 0, 0)]
    public void Read_List_TellsStrongFromWeak(string header, int strong, int all)
    {
        Assert.Null(EntityTagList.Read(header, 16, out var list));
        Assert.True(list.IsPresent);
        Assert.False(list.IsAny);
        Assert.Equal(strong, list.Strong.Count);
        Assert.Equal(all, list.All.Count);
    }

    [Theory]
    [InlineData("1.2.3")]
    [InlineData("\"1.2.3")]
    [InlineData("\"a\"\"b\"")]
    [InlineData("*, \"1.2.3\"")]
    [InlineData("\"1.2.3\", *")]
    [InlineData("w/\"1.2.3\"")]
    [InlineData("W/ \"1.2.3\"")]
    [InlineData("\"a b\"")]
    [InlineData("")]
    [InlineData(",")]
    public void Read_Malformed_IsRefused(string header)
    {
        Assert.Equal("invalid_etag", EntityTagList.Read(header, 16, out _)?.Code);
    }

    [Fact]
    public void Read_SeveralLines_AreOneList()
    {
        Assert.Null(EntityTagList.Read(new StringValues(["\"1.2.3\"", "\"4.5.6\""]), 16, out var list));
        Assert.Equal([One, Two], list.Strong);
    }

    [Fact]
    public void Read_SeventeenTags_IsRefused()
    {
        Assert.Null(EntityTagList.Read(string.Join(',', Enumerable.Repeat("\"1.2.3\"", 16)), 16, out _));
        Assert.Equal("too_many_etags", EntityTagList.Read(string.Join(',', Enumerable.Repeat("\"1.2.3\"", 17)), 16, out _)?.Code);
    }

    [Theory]
    [InlineData(null, null, ConditionKind.None, 0, null)]
    [InlineData("*", null, ConditionKind.Exists, 0, null)]
    [InlineData("\"1.2.3\"", null, ConditionKind.RevisionIsOneOf, 1, null)]
    [InlineData("W/\"1.2.3\"", null, ConditionKind.RevisionIsOneOf, 0, "precondition_failed")]
    [InlineData("\"foreign\"", null, ConditionKind.RevisionIsOneOf, 0, "precondition_failed")]
    [InlineData(null, "*", ConditionKind.DoesNotExist, 0, null)]
    [InlineData(null, "\"1.2.3\", W/\"4.5.6\"", ConditionKind.RevisionIsNoneOf, 2, null)]
    [InlineData(null, "\"foreign\"", ConditionKind.None, 0, null)]
    [InlineData("*", "*", ConditionKind.None, 0, "unsupported_precondition")]
    public void ToCondition_ForAChange(string? ifMatch, string? ifNoneMatch, ConditionKind kind, int revisions, string? code)
    {
        Assert.Equal(code, Read(ifMatch, ifNoneMatch).ToCondition(out var condition, out var list)?.Code);
        Assert.Equal(kind, condition);
        Assert.Equal(revisions, list.Count);
    }

    [Theory]
    [InlineData(null, null, 200)]
    [InlineData("*", null, 200)]
    [InlineData("\"1.2.3\"", null, 200)]
    [InlineData("W/\"1.2.3\"", null, 412)]
    [InlineData("\"4.5.6\"", null, 412)]
    [InlineData(null, "*", 304)]
    [InlineData(null, "\"1.2.3\"", 304)]
    [InlineData(null, "W/\"1.2.3\"", 304)]
    [InlineData(null, "\"4.5.6\"", 200)]
    [InlineData("\"1.2.3\"", "\"1.2.3\"", 304)]
    [InlineData("\"4.5.6\"", "\"1.2.3\"", 412)]
    public void StatusOfFound_ForARead(string? ifMatch, string? ifNoneMatch, int status)
    {
        Assert.Equal(status, Read(ifMatch, ifNoneMatch).StatusOfFound(One));
    }

    private static Preconditions Read(string? ifMatch, string? ifNoneMatch)
    {
        IHeaderDictionary headers = new HeaderDictionary();
        if (ifMatch is not null)
        {
            headers.IfMatch = ifMatch;
        }

        if (ifNoneMatch is not null)
        {
            headers.IfNoneMatch = ifNoneMatch;
        }

        Assert.Null(Preconditions.Read(headers, out var preconditions));
        return preconditions;
    }
}
