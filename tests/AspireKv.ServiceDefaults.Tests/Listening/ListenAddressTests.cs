using System.Net;
using AspireKv.ServiceDefaults.Listening;
using AspireKv.ServiceDefaults.StartUp;
using Microsoft.Extensions.Configuration;

namespace AspireKv.ServiceDefaults.Tests.Listening;

public sealed class ListenAddressTests
{
    [Theory]
    [InlineData("http://127.0.0.1:7001", "127.0.0.1", 7001)]
    [InlineData("http://127.0.0.1:7001/", "127.0.0.1", 7001)]
    [InlineData("HTTP://0.0.0.0:0", "0.0.0.0", 0)]
    [InlineData("http://[::1]:80", "::1", 80)]
    [InlineData("http://[::]:80", "::", 80)]
    public void Read_AddressOfThisMachine_IsThatOne(string url, string host, int port)
    {
        var address = Assert.Single(Read("urls", url));

        Assert.Equal((IPAddress.Parse(host), port, false), (address.Host, address.Port, address.IsHttps));
    }

    [Fact]
    public void Read_Several_AreAllOfThem() =>
        Assert.Equal([1, 2, 3], Read("urls", "http://localhost:1; https://*:2;http://+:3;").Select(address => address.Port));

    [Theory]
    [InlineData("http://*:80")]
    [InlineData("http://+:80")]
    public void Read_Star_IsEveryAddress(string url)
    {
        var address = Assert.Single(Read("urls", url));

        Assert.True(address is { Host: null, IsLocalhost: false, IsLoopback: false });
    }

    [Fact]
    public void Read_PortsOnly_AreOfEveryAddress()
    {
        Assert.Equal(["http://*:8080", "http://*:8081"], Read("http_ports", "8080;8081").Select(address => address.Text));
        Assert.True(Assert.Single(Read("https_ports", "8443")).IsHttps);
    }

    [Fact]
    public void Read_Nothing_IsNothing()
    {
        Assert.Empty(Read("urls", ""));
        Assert.Empty(Read("other", "x"));
    }

    [Fact]
    public void Read_NothingWithADefault_IsTheDefault()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("http_ports", "")]).Build();

        Assert.Equal("http://127.0.0.1:3000", Assert.Single(ListenAddress.Read(configuration, "http://127.0.0.1:3000")).Text);
    }

    /// <summary>The server's own endpoints, where an unknown host is every address of the machine, and what it does not read.</summary>
    [Theory]
    [InlineData("Kestrel:Endpoints:Http:Url", "http://127.0.0.1:7001", "Kestrel:Endpoints is not taken")]
    [InlineData("Kestrel:Limits:MaxConcurrentConnections", "abc", "Kestrel:Limits is not taken")]
    [InlineData("Kestrel:EndpointDefaults:Protocols", "Http2", "Kestrel:EndpointDefaults is not taken")]
    public void Read_SettingsOfTheServer_AreRefused(string key, string value, string said)
    {
        var refused = Assert.Throws<StartUpException>(() => Read(key, value));

        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_CertificateOfTheServer_IsTaken() => Assert.Empty(Read("Kestrel:Certificates:Default:Path", "no-such.pfx"));

    /// <summary>For each of these the server itself listens somewhere else than is written, or ends with a stack trace.</summary>
    [Theory]
    [InlineData("http://unix:/run/node.sock")]
    [InlineData("http://pipe:/name")]
    [InlineData("unix:/run/node.sock")]
    [InlineData("http://127.0.0.1:7001,http://127.0.0.1:7002")]
    [InlineData("http://127.0.0.1:7001 http://127.0.0.1:7002")]
    [InlineData("http://127.0.0.1:7001|http://127.0.0.1:7002")]
    [InlineData("http://127.0.0.1")]
    [InlineData("http://127.0.0.1:")]
    [InlineData("http://127.0.0.1:65536")]
    [InlineData("http://127.0.0.1:-1")]
    [InlineData("http://127.0.0.1:http")]
    [InlineData("http://127.0.0.1:7001/path")]
    [InlineData("http://node1:7001")]
    [InlineData("http://1:7001")]
    [InlineData("http://127.1:7001")]
    [InlineData("http://::1:7001")]
    [InlineData("http://[::1:7001")]
    [InlineData("http://:7001")]
    [InlineData("http://localhost:0")]
    [InlineData("http://**:7001")]
    [InlineData("tcp://127.0.0.1:7001")]
    [InlineData("127.0.0.1:7001")]
    [InlineData("7001")]
    [InlineData("nowhere")]
    public void Read_AnythingElse_IsRefusedByName(string url)
    {
        var refused = Assert.Throws<StartUpException>(() => Read("urls", $"http://127.0.0.1:7000;{url}"));

        Assert.Contains($"'{url}'", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("8080,8081")]
    [InlineData("http")]
    [InlineData("65536")]
    public void Read_PortsThatAreNone_AreRefused(string ports) =>
        Assert.Contains(ports, Assert.Throws<StartUpException>(() => Read("http_ports", ports)).Message, StringComparison.Ordinal);

    private static IReadOnlyList<ListenAddress> Read(string key, string value) =>
        ListenAddress.Read(new ConfigurationBuilder().AddInMemoryCollection([new KeyValuePair<string, string?>(key, value)]).Build());
}
