using System.Runtime.Versioning;
using Snakepit.Core.Options;
using Snakepit.Hosting.Failures;
using Snakepit.Hosting.Identity;

namespace Snakepit.Hosting.Tests.Identity;

public sealed class DataFolderTests
{
    private const string Variable = "XDG_DATA_HOME";

    /// <summary>As in a container whose root is read-only. A file in its place stops also root.</summary>
    [Fact, SupportedOSPlatform("linux")]
    public void A_home_in_which_no_folder_can_be_made_is_one_sentence_that_names_the_option()
    {
        var before = Environment.GetEnvironmentVariable(Variable);
        var file = Path.GetTempFileName();
        var options = new SnakepitOptions { InstanceToken = "data-folder-tests" };
        try
        {
            Environment.SetEnvironmentVariable(Variable, Path.Combine(file, "share"));

            var error = Assert.Throws<StartupException>(() => SiloIdentity.TakeLock(options, SiloIdentity.NewRun(options)));

            Assert.Contains(Path.Combine(file, "share", "snakepit"), error.Message, StringComparison.Ordinal);
            Assert.Contains("Snakepit:DataDir", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable(Variable, before);
            File.Delete(file);
        }
    }
}
