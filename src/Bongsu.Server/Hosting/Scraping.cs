using Bongsu.Ingest;
using Bongsu.Ingest.Scrape;
using Bongsu.Response.Configuration;
using Bongsu.Server.Configuration;

namespace Bongsu.Server.Hosting;

/// <summary>Scraping as the configuration folder says, and says anew when it changes.</summary>
internal sealed class Scraping : IAsyncDisposable
{
    private readonly string _directory;
    private readonly ILogger _logger;
    private IReadOnlyList<string> _notices = [];

    public Scraping(string configDirectory, IngestService ingest, ILoggerFactory loggers, TimeProvider time)
    {
        _directory = configDirectory;
        _logger = loggers.CreateLogger("Bongsu.Scrape");
        var options = new ScraperOptions { UserAgent = $"bongsu/{BongsuVersion.Text}", ParseYamlTargets = ScrapeTargetsYaml.Parse };
        Scraper = new Scraper(ingest, options, time, loggers.CreateLogger<Scraper>());
    }

    public Scraper Scraper { get; }

    /// <summary>Reads the file and scrapes by it; with a problem in it, what was before goes on.</summary>
    public async Task<IReadOnlyList<ConfigProblem>> LoadAsync()
    {
        var problems = new List<ConfigProblem>();
        var read = ScrapeFile.Read(_directory, problems);
        if (problems.Count > 0)
            return problems;
        foreach (var notice in read.Notices.Except(_notices))
            _logger.LogInformation("{Notice}", notice);
        _notices = read.Notices;
        return [.. (await Scraper.ApplyAsync(read.Jobs)).Select(p => new ConfigProblem(ScrapeFile.Name, 0, "", p, "check the certificate and key files"))];
    }

    public ValueTask DisposeAsync() => Scraper.DisposeAsync();
}
