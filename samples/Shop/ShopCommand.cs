using Shop.Faults;
using Shop.Postgres;
using Shop.Traffic;

namespace Shop;

/// <summary><c>shop ROLE [options]</c>: one program, one role per process.</summary>
internal static class ShopCommand
{
    private const string Usage = """
        usage: shop gateway|orders|payments|inventory|worker [--urls http://127.0.0.1:PORT]
               shop traffic [--url GATEWAY] [--rate PER_SECOND] [--duration SECONDS] [--seed N]
               shop database
               shop faults
        """;

    public static async Task<int> RunAsync(string[] args)
    {
        switch (args.FirstOrDefault())
        {
            case "traffic":
                return await TrafficCommand.RunAsync(args[1..]);
            case "database":
                return await DatabaseCommand.RunAsync();
            case "faults":
                Console.WriteLine(ShopFaults.ToJson());
                return 0;
            case { } role when ShopServices.IsRole(role):
                await using (var app = await ShopServices.BuildAsync(role, args[1..]))
                    await app.RunAsync();
                return 0;
            default:
                await Console.Error.WriteLineAsync(Usage);
                return 2;
        }
    }
}
