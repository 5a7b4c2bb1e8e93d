using Snakepit.Core.Options;

namespace Snakepit.Core.Tests.Options;

public sealed class RolesTests
{
    [Theory]
    [InlineData("", "", true)]
    [InlineData("", "gpu", true)]
    [InlineData("gpu", "", false)]
    [InlineData("gpu", "gpu", true)]
    [InlineData("gpu", "cpu", false)]
    [InlineData("gpu large", "gpu", false)]
    [InlineData("gpu large", "large fast gpu", true)]
    public void A_silo_runs_the_pools_all_of_whose_roles_it_has(string asked, string has, bool runs)
    {
        var options = new SnakepitOptions
        {
            Roles = Words(has),
            Pools = [new PoolOptions { Name = "p", Silos = new PoolSilosOptions { Roles = Words(asked) } }],
        };

        Assert.Equal(runs, options.OwnPools.Any());
        Assert.Equal(Words(asked), options.RolesOf("p"));
        Assert.Empty(options.RolesOf("other"));
    }

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
