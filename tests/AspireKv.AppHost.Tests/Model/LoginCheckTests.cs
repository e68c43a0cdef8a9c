using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting.Internal;

namespace AspireKv.AppHost.Tests.Model;

public sealed class LoginCheckTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    [Theory]
    [InlineData("Development", "", "", false, false)]
    [InlineData("Production", "", "", false, true)]
    [InlineData("Staging", "", "", false, true)]
    [InlineData("Production", "admin@example.com", "a long password", false, false)]
    [InlineData("Production", "admin@example.com", "", false, true)]
    [InlineData("Production", "", "a long password", false, true)]
    [InlineData("Production", "", "", true, false)]
    public void FindProblem_NobodyCanLogIn_SaysSoInOneLine(
        string environment, string email, string password, bool hasAccounts, bool isRefused)
    {
        Assert.True(DataRoot.TryOpen(_directory.Path, out var root, out _));
        using var held = root;
        if (hasAccounts)
        {
            Directory.CreateDirectory(root.DirectoryOf("auth"));
            File.WriteAllText(Path.Combine(root.DirectoryOf("auth"), "accounts.db"), "");
        }

        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            [new("Auth:Administrator:Email", email), new("Auth:Administrator:Password", password)]).Build();

        var problem = LoginCheck.FindProblem(new HostingEnvironment { EnvironmentName = environment }, configuration, root);

        Assert.Equal(isRefused, problem is not null);
        Assert.DoesNotContain('\n', problem ?? "");
    }

    public void Dispose() => _directory.Dispose();
}
