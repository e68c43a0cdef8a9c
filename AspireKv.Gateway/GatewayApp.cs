using AspireKv.Gateway.Administration;
using AspireKv.Gateway.Bodies;
using AspireKv.Gateway.ClusterStatus;
using AspireKv.Gateway.Documentation;
using AspireKv.Gateway.Errors;
using AspireKv.Gateway.KeyValue;
using AspireKv.Gateway.Proxy;
using AspireKv.Gateway.Security;
using AspireKv.Gateway.Settings;
using AspireKv.Gateway.Telemetry;
using AspireKv.ServiceDefaults;
using AspireKv.ServiceDefaults.StartUp;

namespace AspireKv.Gateway;

/// <summary>
/// Puts the gateway together. A request passes, in this order: errors and the look at its form, at which an operator's goes a way of its
/// own; the look at its target, routing, methods and access tokens; then it is an operation, which the proxy routes to a node, or a login,
/// which the proxy forwards to the auth service, or a question to the gateway itself, or an order for the topology, which it gives a node.
/// </summary>
internal static class GatewayApp
{
    /// <summary>The program as its operator sees it. Of the cluster's section the nodes read more.</summary>
    public static readonly ServiceProgram Service = new("gateway", typeof(GatewayApp).Assembly) { SharedSections = ["Cluster"] };

    /// <param name="args">The command line.</param>
    /// <param name="configure">Changes to the host, made last; for tests.</param>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddServiceDefaults(isPublic: true);
        builder.Services.AddGatewayOptions();
        builder.Services.AddSingleton<GatewayMetrics>();
        builder.AddListener();
        builder.Services.AddErrors();
        builder.AddSecurity();
        builder.Services.AddBodies();
        builder.Services.AddKeyValue();
        builder.AddProxy();
        builder.AddCluster();
        builder.Services.AddClusterStatus();
        builder.Services.AddAdministration();
        configure?.Invoke(builder);

        var app = Service.Build(builder);
        app.UseForwardedHeaders();
        app.UseRequestMetrics();
        app.UseErrors();
        app.UseRequestForm();
        app.UseManagement(static management => management.MapDocumentation(forOperators: true));
        app.UseCrossOrigin();
        app.UseRequestTargets();
        app.UseRouting();
        app.UseAccessTokens();
        app.MapProxy();
        app.MapClusterStatus();
        app.MapAdministration();
        if (app.Environment.IsDevelopment())
        {
            app.MapDocumentation(forOperators: false);
        }
        else
        {
            app.MapUndocumentedRoot();
        }

        app.MapDefaultEndpoints();
        return app;
    }
}
