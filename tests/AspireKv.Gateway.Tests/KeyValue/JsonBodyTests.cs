using System.Text;
using System.Text.Json;
using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Operations;
using AspireKv.Gateway.KeyValue;
using AspireKv.Gateway.Tests.Hosting;
using CsCheck;

namespace AspireKv.Gateway.Tests.KeyValue;

public sealed class JsonBodyTests
{
    private const int MaxKeyBytes = 16;
    private const int MaxValueBytes = 32;

    [Theory]
    [InlineData("""{"key":"foo","value":"bar"}""", "foo", "bar")]
    [InlineData(""" { "value" : "" , "other" : [1,{"key":2}] , "key" : "\u0066oo" } """, "foo", "")]
    [InlineData("""{"k\u0065y":"a/b","value":"\ud83d\udd11"}""", "a/b", "🔑")]
    public void Read_GoodBody_GivesKeyAndValue(string json, string key, string value)
    {
        Assert.Null(JsonBody.Read(Encoding.UTF8.GetBytes(json), OperationKind.Put, MaxKeyBytes, MaxValueBytes, out var read));
        Assert.Equal(StoreKey.Create("default", Encoding.UTF8.GetBytes(key)), read.Key);
        Assert.Equal(value, Encoding.UTF8.GetString(read.Value));
    }

    [Theory]
    [InlineData("", "invalid_json")]
    [InlineData("{", "invalid_json")]
    [InlineData("null", "invalid_json")]
    [InlineData("[]", "invalid_json")]
    [InlineData("\"key\"", "invalid_json")]
    [InlineData("key=foo&value=bar", "invalid_json")]
    [InlineData("{}", "invalid_json")]
    [InlineData("""{"value":"bar"}""", "invalid_json")]
    [InlineData("""{"key":"foo"}""", "invalid_json")]
    [InlineData("""{"key":1,"value":"bar"}""", "invalid_json")]
    [InlineData("""{"key":null,"value":"bar"}""", "invalid_json")]
    [InlineData("""{"key":{},"value":"bar"}""", "invalid_json")]
    [InlineData("""{"key":"foo","value":5}""", "invalid_json")]
    [InlineData("""{"key":"foo","value":["bar"]}""", "invalid_json")]
    [InlineData("""{"key":"foo","value":"bar"} x""", "invalid_json")]
    [InlineData("""{"key":"foo","value":"bar"}{}""", "invalid_json")]
    [InlineData("""{"key":"foo","key":"baz","value":"bar"}""", "invalid_json")]
    [InlineData("""{"key":"\ud800","value":"bar"}""", "invalid_json")]
    [InlineData("""{"\ud800":1,"key":"foo","value":"bar"}""", "invalid_json")]
    [InlineData("""{"key":"foo","value":"\udc00"}""", "invalid_json")]
    [InlineData("""{"Key":"foo","value":"bar"}""", "invalid_json")]
    [InlineData("""{"key":"","value":"bar"}""", "invalid_key")]
    [InlineData("""{"key":"..","value":"bar"}""", "invalid_key")]
    [InlineData("""{"key":"0123456789abcdefX","value":"bar"}""", "key_too_long")]
    [InlineData("""{"key":"foo","value":"0123456789abcdef0123456789abcdefX"}""", "value_too_large")]
    public void Read_BadBody_SaysWhatIsWrong(string json, string code)
    {
        Assert.Equal(code, JsonBody.Read(Encoding.UTF8.GetBytes(json), OperationKind.Put, MaxKeyBytes, MaxValueBytes, out _)?.Code);
    }

    [Fact]
    public void Read_BytesThatAreNotUtf8_AreRefused()
    {
        byte[] json = [.. "{\"key\":\""u8, 0xFF, .. "\",\"value\":\"bar\"}"u8];
        Assert.Equal("invalid_json", JsonBody.Read(json, OperationKind.Put, MaxKeyBytes, MaxValueBytes, out _)?.Code);
    }

    [Fact]
    public void Read_WithoutValueWanted_IgnoresOne()
    {
        Assert.Null(JsonBody.Read("""{"key":"foo","value":5}"""u8, OperationKind.Get, MaxKeyBytes, MaxValueBytes, out _));
    }

    [Fact]
    public void Read_AnyLegalKey_IsByteExact()
    {
        KeyGen.Legal.Sample(key =>
        {
            var json = JsonSerializer.SerializeToUtf8Bytes(new { key = Encoding.UTF8.GetString(key) });
            Assert.Null(JsonBody.Read(json, OperationKind.Get, StoreKey.MaxKeyBytes, MaxValueBytes, out var read));
            Assert.Equal(StoreKey.Create("default", key), read.Key);
        });
    }

    [Fact]
    public void MaxBytes_LongestKeyAndValueInEscapes_FitInIt()
    {
        var json = Encoding.ASCII.GetBytes($$"""{"key":"{{Escape(MaxKeyBytes)}}","value":"{{Escape(MaxValueBytes)}}"}""");
        Assert.InRange(json.Length, 1, JsonBody.MaxBytes(MaxKeyBytes, MaxValueBytes));
        Assert.Null(JsonBody.Read(json, OperationKind.Put, MaxKeyBytes, MaxValueBytes, out _));

        static string Escape(int count) => string.Concat(Enumerable.Repeat("\\u0061", count));
    }
}
