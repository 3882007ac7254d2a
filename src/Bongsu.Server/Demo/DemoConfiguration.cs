namespace Bongsu.Server.Demo;

/// <summary>Puts the shop's objectives, routes and runbooks where the demo's server reads them, with the demo's own webhook in the route.</summary>
internal static class DemoConfiguration
{
    private const string WebhookPlace = "WEBHOOK";

    public static void Write(DemoPaths paths, string webhookUrl)
    {
        var source = Path.Combine(Path.GetDirectoryName(DemoPaths.Shop)!, "definitions");
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(paths.Config, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            var text = File.ReadAllText(file);
            File.WriteAllText(target, Path.GetFileName(file) == "alertmanager.yaml" ? text.Replace("url: " + WebhookPlace, "url: " + webhookUrl) : text);
        }
    }
}
