using System.Reflection;
using AspireKv.Transport.Client;

namespace AspireKv.Access.Tests;

/// <summary>Client libraries and tools are to use the way to the nodes too, without a web server.</summary>
public sealed class NoHttpTests
{
    public static TheoryData<Assembly> WayToTheNodes => [typeof(AccessOptions).Assembly, typeof(NodeChannel).Assembly];

    [Theory]
    [MemberData(nameof(WayToTheNodes))]
    public void Assembly_WayToTheNodes_NamesNothingOfHttp(Assembly assembly) => Assert.DoesNotContain(
        assembly.GetReferencedAssemblies(), static named => named.Name!.Contains("Http", StringComparison.Ordinal));
}
