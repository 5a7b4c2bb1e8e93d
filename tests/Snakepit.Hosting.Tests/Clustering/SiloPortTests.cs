using System.Net;
using Snakepit.Hosting.Clustering;
using Snakepit.Hosting.Failures;

namespace Snakepit.Hosting.Tests.Clustering;

public sealed class SiloPortTests
{
    [Fact]
    public void An_address_that_the_host_does_not_have_is_one_sentence_that_names_its_option()
    {
        var error = Assert.Throws<StartupException>(() => SiloPorts.Choose(0, 0, IPAddress.Parse("198.51.100.1")));

        Assert.Equal("This host has no address 198.51.100.1 to listen at; correct Snakepit:Cluster:ListenAddress.", error.Message);
    }
}
