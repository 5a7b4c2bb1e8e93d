using Microsoft.Playwright;
using Snakepit.EndToEnd.Tests.Hosting;
using Snakepit.Launcher;
using Snakepit.TestKit;
using static Microsoft.Playwright.Assertions;

namespace Snakepit.EndToEnd.Tests;

/// <summary>The page of a silo for development, while a person breaks the code and mends it.</summary>
[Collection(StudioCollection.Name), Trait("Speed", "Slow")]
public sealed class DevPageTests(Studio studio) : IAsyncDisposable
{
    private static readonly LocatorAssertionsToBeVisibleOptions Soon = new() { Timeout = 60_000 };

    private readonly string _folder = Directory.CreateTempSubdirectory("snakepit-dev-").FullName;

    public async ValueTask DisposeAsync() => await Places.DeleteAsync(_folder);

    [Fact]
    public async Task The_error_of_a_changed_adapter_is_on_the_page_until_it_is_mended()
    {
        var adapter = Path.Combine(_folder, "adapter.py");
        const string Works = """
            from snakepit_bridge import BaseAdapter, tool

            class Adapter(BaseAdapter):
                @tool
                def hello(self) -> str:
                    "Says hello."
                    return "hello"
            """;
        await File.WriteAllTextAsync(adapter, Works);
        var url = Studio.Local(FreePorts.Take());
        await using var silo = ChildProgram.Start(new ProgramStart("the silo", Repository.Silo,
        [
            "dev", "--urls", url.ToString(), $"--Snakepit:DataDir={_folder}/.data", $"--Snakepit:InstanceToken=dev-{FreePorts.Take()}",
            $"--Snakepit:Cluster:SiloPort={FreePorts.Take()}", $"--Snakepit:Cluster:GatewayPort={FreePorts.Take()}",
            "--Snakepit:Pools:0:Name=default", "--Snakepit:Pools:0:PoolSize=1", "--Snakepit:Pools:0:AdapterModule=adapter.Adapter",
            $"--Snakepit:Pools:0:PythonPath:0={_folder}",
        ])
        {
            Folder = _folder,
        });
        await Studio.ReadyAsync(silo, new Uri(url, "/health/ready"));
        var page = await studio.OpenAsync(new Uri(url, "/docs"));
        await Expect(page.GetByText("Says hello.").First).ToBeVisibleAsync(Soon);
        var alert = page.GetByRole(AriaRole.Alert);

        await File.WriteAllTextAsync(adapter, $"import a_module_that_is_not_there\n{Works}");

        await Expect(alert).ToContainTextAsync("A worker of pool 'default' on ", new() { Timeout = Soon.Timeout });
        await Expect(alert).ToContainTextAsync($"File \"{adapter}\", line 1");
        await Expect(alert).ToContainTextAsync("No module named 'a_module_that_is_not_there'");

        await File.WriteAllTextAsync(adapter, Works);

        await Expect(alert).ToBeHiddenAsync(new() { Timeout = Soon.Timeout });
        await page.CloseAsync();
    }
}
