using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace AspireKv.AppHost.Tests.Model;

public sealed class AspireListenersTests
{
    /// <summary>So <c>dotnet run</c> and the binary by itself listen on the same addresses.</summary>
    [Fact]
    public void AddDefaults_NothingIsSet_SaysWhatTheLaunchProfileSays()
    {
        using var settings = JsonDocument.Parse(
            File.ReadAllBytes(Repository.Combine("AspireKv.AppHost", "Properties", "launchSettings.json")));
        var profile = settings.RootElement.GetProperty("profiles").GetProperty("http");
        var configuration = Configuration();

        AspireListeners.AddDefaults(configuration);

        Assert.Equal(profile.GetProperty("applicationUrl").GetString(), configuration["ASPNETCORE_URLS"]);
        var variables = profile.GetProperty("environmentVariables").EnumerateObject()
            .Where(static variable => variable.Name.StartsWith("ASPIRE_", StringComparison.Ordinal)).ToList();
        Assert.Equal(3, variables.Count);
        Assert.All(variables, variable => Assert.Equal(variable.Value.GetString(), configuration[variable.Name]));
    }

    [Theory]
    [InlineData("ASPNETCORE_URLS", "ASPNETCORE_URLS")]
    [InlineData("DOTNET_DASHBOARD_OTLP_ENDPOINT_URL", "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL")]
    [InlineData("ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL", "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL")]
    [InlineData("DOTNET_RESOURCE_SERVICE_ENDPOINT_URL", "ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL")]
    [InlineData("ASPIRE_ALLOW_UNSECURED_TRANSPORT", "ASPIRE_ALLOW_UNSECURED_TRANSPORT")]
    public void AddDefaults_SetByOneOfItsNames_StaysAsItIs(string given, string variable)
    {
        var configuration = Configuration((given, "given"));

        AspireListeners.AddDefaults(configuration);

        Assert.Equal("given", configuration[given]);
        Assert.Equal(given == variable ? "given" : null, configuration[variable]);
    }

    private static IConfiguration Configuration(params (string Name, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)))
        .Build();
}
