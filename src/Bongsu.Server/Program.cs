using Bongsu.Server.Commands;

return await CommandLine.RunAsync(args);
