using AspireKv.Access.Knowledge;
using AspireKv.Access.Nodes;
using AspireKv.Access.Sending;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AspireKv.Access;

public static class AccessServices
{
    /// <summary>
    /// Registers the parts that know the cluster and send operations to it: <see cref="NodeDirectory"/>, <see cref="NodeSurvey"/>,
    /// <see cref="ClusterKnowledge"/>, <see cref="ClusterMonitor"/>, which runs with the host, and <see cref="OperationSender"/>. The
    /// caller registers the transport, a <c>LocalPeer</c> and an <see cref="INodeAddresses"/>.
    /// </summary>
    public static IServiceCollection AddAccess(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<AccessOptions, AccessOptionsValidator>().BindConfiguration(AccessOptions.SectionName);
        services.AddOptionsWithValidateOnStart<ClusterMembersOptions, ClusterMembersOptionsValidator>()
            .BindConfiguration(ClusterMembersOptions.SectionName);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<INodeLinkFactory, ChannelLinkFactory>();
        services.TryAddSingleton<NodeDirectory>();
        services.TryAddSingleton<NodeSurvey>();
        services.TryAddSingleton<ClusterKnowledge>();
        services.TryAddSingleton<ClusterMonitor>();
        services.AddHostedService(static provider => provider.GetRequiredService<ClusterMonitor>());
        services.TryAddSingleton<OperationSender>();
        return services;
    }
}
