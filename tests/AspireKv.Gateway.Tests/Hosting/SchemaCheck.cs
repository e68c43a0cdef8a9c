using System.Text.Json;

namespace AspireKv.Gateway.Tests.Hosting;

/// <summary>Holds answers against the schemas of the OpenAPI document.</summary>
internal static class SchemaCheck
{
    /// <summary>The answer has exactly the members of the schema, in its order.</summary>
    public static async Task AssertIsAsync(TestGateway gateway, string schemaName, JsonElement told)
    {
        using var document = JsonDocument.Parse(await gateway.Client.GetStringAsync("/openapi/v1.json"));
        var schema = document.RootElement.GetProperty("components").GetProperty("schemas").GetProperty(schemaName);
        var names = told.EnumerateObject().Select(static member => member.Name).ToArray();
        Assert.Equal(schema.GetProperty("required").EnumerateArray().Select(static name => name.GetString()), names);
        Assert.Equal(schema.GetProperty("properties").EnumerateObject().Select(static member => member.Name), names);
    }
}
