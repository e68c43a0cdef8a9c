using System.Text;
using AspireKv.Gateway.Administration;
using AspireKv.Gateway.Tests.Hosting;

namespace AspireKv.Gateway.Tests.Administration;

/// <summary>What is no list of wishes, and what is said of it.</summary>
public sealed class WishTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    [Theory]
    [InlineData("", "not valid JSON")]
    [InlineData("{", "not valid JSON")]
    [InlineData("[]", "a JSON object")]
    [InlineData("{}", "lacks \"wishes\"")]
    [InlineData("""{"wishes":[{"op":"order"}]} {}""", "not valid JSON")]
    [InlineData("""{"wishes":[{"op":"order"}]""", "not valid JSON")]
    [InlineData("""{"wishes":[{"op":"order"}],"wishes":[{"op":"order"}]}""", "\"wishes\" more than once")]
    [InlineData("""{"wishes":null}""", "a list of 1 to 64")]
    [InlineData("""{"wishes":{"op":"order"}}""", "a list of 1 to 64")]
    [InlineData("""{"wishes":[]}""", "a list of 1 to 64")]
    [InlineData("""{"wishes":[{"op":"\ud800"}]}""", "not valid JSON")]
    public void Body_ThatIsNoListOfWishes_IsInvalidJson(string body, string said) => AssertRefused(body, "invalid_json", said);

    [Theory]
    [InlineData("3", "is no JSON object")]
    [InlineData("null", "is no JSON object")]
    [InlineData("[]", "is no JSON object")]
    [InlineData("{}", "lacks \"op\"")]
    [InlineData("""{"op":null}""", "\"op\" that is no text")]
    [InlineData("""{"op":"Add","node":4}""", "none of add, drain, remove, replace, replication, system, order")]
    [InlineData("""{"op":"order","op":"order"}""", "\"op\" more than once")]
    [InlineData("""{"op":"add"}""", "lacks \"node\"")]
    [InlineData("""{"op":"drain","by":4}""", "lacks \"node\"")]
    [InlineData("""{"op":"remove","nodes":[4]}""", "lacks \"node\"")]
    [InlineData("""{"op":"add","node":0}""", "\"node\" that is no node's number")]
    [InlineData("""{"op":"add","node":65536}""", "\"node\" that is no node's number")]
    [InlineData("""{"op":"add","node":-1}""", "\"node\" that is no node's number")]
    [InlineData("""{"op":"add","node":4.5}""", "\"node\" that is no node's number")]
    [InlineData("""{"op":"add","node":99999999999999999999}""", "\"node\" that is no node's number")]
    [InlineData("""{"op":"add","node":"4"}""", "\"node\" that is no node's number")]
    [InlineData("""{"op":"add","node":{"id":4}}""", "\"node\" that is no node's number")]
    [InlineData("""{"op":"add","node":4,"node":4}""", "\"node\" more than once")]
    [InlineData("""{"op":"replace","node":2}""", "lacks \"by\"")]
    [InlineData("""{"op":"replace","by":2}""", "lacks \"node\"")]
    [InlineData("""{"op":"replace","node":2,"by":0}""", "\"by\" that is no node's number")]
    [InlineData("""{"op":"replication"}""", "lacks \"factor\"")]
    [InlineData("""{"op":"replication","factor":0}""", "\"factor\" that is no number from 1")]
    [InlineData("""{"op":"replication","factor":3,"factor":3}""", "\"factor\" more than once")]
    [InlineData("""{"op":"system"}""", "lacks \"nodes\"")]
    [InlineData("""{"op":"system","nodes":[]}""", "\"nodes\" that are no list of 1 to 32")]
    [InlineData("""{"op":"system","nodes":3}""", "\"nodes\" that are no list of 1 to 32")]
    [InlineData("""{"op":"system","nodes":[1,"3"]}""", "\"nodes\" that are no list of 1 to 32")]
    [InlineData("""{"op":"system","nodes":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33]}""",
        "\"nodes\" that are no list of 1 to 32")]
    [InlineData("""{"op":"system","nodes":[1],"nodes":[1]}""", "\"nodes\" more than once")]
    public void Wish_ThatIsNone_IsNamedByItsNumber(string wish, string said)
    {
        AssertRefused($$"""{"wishes":[{{wish}}]}""", "invalid_wish", "Wish 1 ");
        AssertRefused($$"""{"wishes":[{"op":"order"},{{wish}}]}""", "invalid_wish", "Wish 2 ");
        AssertRefused($$"""{"wishes":[{{wish}}]}""", "invalid_wish", said);
    }

    /// <summary>Members may come in any order, and those that nobody asks for are not looked at.</summary>
    [Theory]
    [InlineData("""{"wishes":[{"node":4,"op":"add"}]}""")]
    [InlineData("""{"id":"7-a","moves":[{"wishes":1}],"wishes":[{"why":{"op":1,"node":[]},"op":"add","node":4,"by":9}],"id":null}""")]
    [InlineData("""{ "\u0077ishes" : [ { "\u006fp" : "\u0061dd" , "node" : 4 } ] }""")]
    public void Body_WithMoreThanIsAskedFor_IsTaken(string body)
    {
        Assert.Null(WishesBody.Read(Encoding.UTF8.GetBytes(body), out var wishes));
        Assert.Equal("add 4", Assert.Single(wishes).ToString());
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void Body_WithSoManyWishes_IsTakenUpToTheBound(int count, bool isTaken)
    {
        var body = $$"""{"wishes":[{{string.Join(',', Enumerable.Repeat("""{"op":"order"}""", count))}}]}""";
        var error = WishesBody.Read(Encoding.UTF8.GetBytes(body), out var wishes);
        Assert.Equal(isTaken, error is null);
        Assert.Equal("invalid_json", error?.Code ?? "invalid_json");
        Assert.Equal(isTaken, wishes.Count == count);
    }

    [Theory]
    [InlineData("/v1/admin/plans")]
    [InlineData("/v1/admin/plans/7-a/commit")]
    public async Task Post_WhatIsNoWish_IsA400AndAsksNobody(string path)
    {
        var gateway = fixture.Fresh();
        using var wish = await gateway.Client.PostAsync(path, new StringContent("""{"wishes":[{"op":"grow"}]}"""));
        await Problem.AssertAsync(wish, 400, "invalid_wish", outcome: null);
        Assert.Equal("1.0", Assert.Single(wish.Headers.GetValues("AspireKv-Topology")));
        using var json = await gateway.Client.PostAsync(path, new StringContent("wishes"));
        await Problem.AssertAsync(json, 400, "invalid_json", outcome: null);
        Assert.True(gateway.Nodes.All(node => node.IsUnasked), "something reached a node");
    }

    private static void AssertRefused(string body, string code, string said)
    {
        var error = WishesBody.Read(Encoding.UTF8.GetBytes(body), out _);
        Assert.Equal((400, code), (error?.Status, error?.Code));
        Assert.Contains(said, error!.Detail, StringComparison.Ordinal);
    }
}
