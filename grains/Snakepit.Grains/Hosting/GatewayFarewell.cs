using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Snakepit.Grains.Placement;

namespace Snakepit.Grains.Hosting;

/// <summary>
/// Lets clients leave this silo's gateway before it closes: they are told to send by others, and what is on its way comes through. Without
/// it requests go under with the gateway's connections. A silo that is alone does not wait: its clients have nowhere to go.
/// </summary>
internal sealed class GatewayFarewell(
    ClusterSilos silos, ILocalSiloDetails self, IOptions<SiloMessagingOptions> messaging) : ILifecycleParticipant<ISiloLifecycle>
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>The stage before the one in which the gateway tells its clients.</summary>
    private const int Stage = ServiceLifecycleStage.Active + 1;

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
        nameof(GatewayFarewell),
        Stage,
        _ => Task.CompletedTask,
        _ =>
        {
            messaging.Value.ClientGatewayShutdownNotificationTimeout =
                silos.Serving.Any(member => !member.SiloAddress.Equals(self.SiloAddress)) ? Pause : TimeSpan.Zero;
            return Task.CompletedTask;
        });
}
