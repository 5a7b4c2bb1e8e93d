using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Snakepit.Hosting.Clustering;
using Snakepit.Hosting.Database;

namespace Snakepit.Hosting.Tests.Clustering;

public sealed class OwnClusterTests
{
    [Fact]
    public void What_the_application_brings_is_kept()
    {
        var services = Add(silo => silo.UseLocalhostClustering().UseInMemoryReminderService().AddMemoryGrainStorageAsDefault());

        Assert.Single(services, service => service.ServiceType == typeof(IMembershipTable));
        Assert.Single(services, service => service.ServiceType == typeof(IReminderTable));
        Assert.DoesNotContain(services, service => service.ServiceType == typeof(SiloEndpoints));
    }

    [Fact]
    public void What_it_does_not_bring_is_there()
    {
        var services = Add(_ => { });

        Assert.Single(services, service => service.ServiceType == typeof(IMembershipTable));
        Assert.Single(services, service => service.ServiceType == typeof(IReminderTable));
        Assert.Single(services, service => service.ServiceType == typeof(SiloEndpoints));
        Assert.DoesNotContain(services, service => service.ServiceType == typeof(DatabaseConnection));
    }

    [Fact]
    public void The_provider_may_be_chosen_in_code()
    {
        var services = Add(silo => silo.Configure<Core.Options.SnakepitOptions>(options =>
        {
            options.Cluster.Provider = Core.Options.ClusterProvider.Postgres;
            options.Cluster.ConnectionString = "Host=localhost;Database=none";
        }));

        Assert.Single(services, service => service.ServiceType == typeof(DatabaseConnection));
    }

    [Fact]
    public void A_silo_is_added_once()
    {
        var services = Add(silo => silo.AddSnakepitSilo().AddSnakepitSilo());

        Assert.Single(services, service => service.ServiceType == typeof(Startup.Preparation));
    }

    private static IServiceCollection Add(Action<ISiloBuilder> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection([new("Snakepit:Pools:0:Name", "ml"), new("Snakepit:Pools:0:AdapterModule", "a.A")]);
        builder.AddSnakepitSilo(configure);
        return builder.Services;
    }
}
