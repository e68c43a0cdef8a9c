using System.Net;
using AspireKv.ServiceDefaults.Listening;

namespace AspireKv.ServiceDefaults.Tests.Listening;

public sealed class AddressGroupsTests
{
    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1/32")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1/32")]
    [InlineData("2001:db8:1:2345::9", "2001:db8:1:2345::/64 2001:db8:1:2300::/56 2001:db8:1::/48")]
    public void Of_Address_IsItsCustomersNetworks(string address, string groups) =>
        Assert.Equal(groups, string.Join(' ', AddressGroups.Of(IPAddress.Parse(address))));
}
